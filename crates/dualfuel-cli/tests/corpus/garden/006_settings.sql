CREATE TABLE IF NOT EXISTS settings (
    only  INTEGER PRIMARY KEY CHECK (only = 1),
    lat   REAL NOT NULL,
    lon   REAL NOT NULL,
    frost_from TEXT NOT NULL DEFAULT '10-15',
    frost_until TEXT NOT NULL DEFAULT '05-15'
);
INSERT OR IGNORE INTO settings (only, lat, lon) VALUES (1, 52.52, 13.405);
