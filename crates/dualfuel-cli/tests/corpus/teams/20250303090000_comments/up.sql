-- dualfuel: tenant
CREATE TABLE comments (
    id         UUID PRIMARY KEY,
    task_id    UUID NOT NULL,
    parent_id  UUID REFERENCES comments (id) ON DELETE CASCADE,
    author_id  UUID REFERENCES people (id) ON DELETE SET NULL,
    body       TEXT NOT NULL,
    reactions  JSON NOT NULL DEFAULT '{}',
    attachment BLOB,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT comments_task FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE
);
CREATE INDEX comments_by_task ON comments (task_id, created_at DESC);
