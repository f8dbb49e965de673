-- dualfuel: tenant
CREATE TABLE assignments (
    task_id   UUID NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    person_id UUID NOT NULL REFERENCES people (id),
    since     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (task_id, person_id)
);
