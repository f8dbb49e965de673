CREATE TABLE settings (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

INSERT INTO settings (key, value) VALUES
    ('refresh_minutes', '60'),
    ('skip_forward_seconds', '30'),
    ('skip_back_seconds', '15'),
    ('theme', 'system');
