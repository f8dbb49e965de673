-- dualfuel: tenant
CREATE TABLE tasks (
    id         UUID PRIMARY KEY,
    project_id UUID NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    title      TEXT NOT NULL,
    state      TEXT NOT NULL DEFAULT 'todo' CHECK (state IN ('todo', 'doing', 'done')),
    estimate   INTEGER CHECK (estimate > 0),
    due_on     DATE,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX tasks_due ON tasks (due_on) WHERE state <> 'done';
