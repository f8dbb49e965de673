CREATE TABLE IF NOT EXISTS tasks (
    id        INTEGER PRIMARY KEY,
    title     TEXT NOT NULL CHECK (trim(title) <> ''),
    due       TEXT,
    done_at   INTEGER,
    priority  INTEGER NOT NULL DEFAULT -1,
    planting_id INTEGER REFERENCES plantings (id) ON DELETE CASCADE ON UPDATE NO ACTION
);
CREATE INDEX IF NOT EXISTS tasks_open ON tasks (due, priority) WHERE done_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS tasks_one_title ON tasks (planting_id, title) WHERE done_at IS NULL;
