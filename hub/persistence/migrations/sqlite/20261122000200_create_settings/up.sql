CREATE TABLE settings (
    key        TEXT NOT NULL,
    value      TEXT NOT NULL,
    value_type TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (key),
    CONSTRAINT settings_value_type_check
        CHECK (value_type IN ('string', 'number', 'boolean', 'option'))
) STRICT;
