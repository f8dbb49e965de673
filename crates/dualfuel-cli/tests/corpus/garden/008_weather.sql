CREATE TABLE IF NOT EXISTS weather (
    day      TEXT NOT NULL,
    hour     INTEGER NOT NULL CHECK (hour >= 0 AND hour < 24),
    celsius  REAL,
    rain_mm  REAL DEFAULT 0,
    raw      TEXT CHECK (raw IS NULL OR json_valid(raw)),
    PRIMARY KEY (day, hour) ON CONFLICT IGNORE
) WITHOUT ROWID;
