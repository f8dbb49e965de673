-- Global: operators write them, and they hold for every org.
CREATE TABLE settings (
    key        TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,
    value_type TEXT NOT NULL
        CONSTRAINT settings_value_type_check
        CHECK (value_type IN ('string', 'number', 'boolean')),
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
