-- dualfuel: tenant
CREATE TABLE time_entries (
    id         UUID PRIMARY KEY,
    task_id    UUID NOT NULL REFERENCES tasks (id),
    person_id  UUID NOT NULL REFERENCES people (id),
    minutes    INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
    billable   BOOLEAN NOT NULL DEFAULT TRUE,
    worked_on  DATE NOT NULL,
    rate       NUMERIC(10,4),
    started_at TIME
);
CREATE UNIQUE INDEX time_entries_one_a_day ON time_entries (task_id, person_id, worked_on) WHERE billable;
