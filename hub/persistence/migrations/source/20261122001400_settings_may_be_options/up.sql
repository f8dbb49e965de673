-- A fourth type of value.
ALTER TABLE settings DROP CONSTRAINT settings_value_type_check;
ALTER TABLE settings ADD CONSTRAINT settings_value_type_check
    CHECK (value_type IN ('string', 'number', 'boolean', 'option'));
