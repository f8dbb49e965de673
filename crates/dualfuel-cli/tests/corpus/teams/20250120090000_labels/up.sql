-- dualfuel: tenant
CREATE TABLE labels (
    id    UUID PRIMARY KEY,
    name  TEXT NOT NULL,
    color VARCHAR(7)
);
CREATE UNIQUE INDEX labels_name ON labels (lower(name));
-- dualfuel: tenant
CREATE TABLE task_labels (
    task_id  UUID NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    label_id UUID NOT NULL REFERENCES labels (id) ON DELETE CASCADE,
    PRIMARY KEY (task_id, label_id)
);
