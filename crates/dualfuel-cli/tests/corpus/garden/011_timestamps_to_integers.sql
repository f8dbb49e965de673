-- text times become seconds
PRAGMA foreign_keys = 0;
BEGIN IMMEDIATE;
CREATE TABLE notes_v2 (
    id      INTEGER PRIMARY KEY,
    bed_id  INTEGER REFERENCES beds (id) ON DELETE SET NULL,
    body    TEXT NOT NULL,
    photo   BLOB,
    written INTEGER NOT NULL DEFAULT (unixepoch())
);
INSERT INTO notes_v2 (id, bed_id, body, photo, written)
SELECT id, bed_id, body, photo, CAST(strftime('%s', written) AS INTEGER) FROM notes;
DROP TABLE notes;
ALTER TABLE notes_v2 RENAME TO notes;
COMMIT;
PRAGMA foreign_keys = 1;
