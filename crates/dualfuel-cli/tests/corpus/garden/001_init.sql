-- Garden planner. Every file may be run again.
CREATE TABLE IF NOT EXISTS beds (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL,
    width   REAL NOT NULL DEFAULT 1.2,
    length  REAL NOT NULL DEFAULT 4,
    soil    TEXT CHECK (soil IN ('clay', 'loam', 'sand', 'peat') OR soil IS NULL)
) STRICT;

CREATE TABLE IF NOT EXISTS plants (
    id          INTEGER PRIMARY KEY,
    latin       TEXT NOT NULL COLLATE NOCASE,
    common_name TEXT,
    family      TEXT,
    UNIQUE (latin)
) STRICT;

CREATE TABLE IF NOT EXISTS plantings (
    id        INTEGER PRIMARY KEY,
    bed_id    INTEGER NOT NULL REFERENCES beds (id) ON DELETE CASCADE,
    plant_id  INTEGER NOT NULL REFERENCES plants (id),
    sown_on   TEXT NOT NULL CHECK (sown_on LIKE '____-__-__'),
    removed_on TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS plantings_bed ON plantings (bed_id, sown_on);
