BEGIN;
CREATE TABLE IF NOT EXISTS harvests (
    planting_id INTEGER NOT NULL REFERENCES plantings (id) ON DELETE CASCADE,
    taken_at    INTEGER NOT NULL DEFAULT (unixepoch('now')),
    grams       INTEGER NOT NULL CHECK (grams > 0),
    PRIMARY KEY (planting_id, taken_at)
) STRICT, WITHOUT ROWID;
COMMIT;
