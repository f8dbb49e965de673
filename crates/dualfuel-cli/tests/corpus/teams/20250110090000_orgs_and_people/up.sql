-- Written once for all engines. A person may be in several organisations.
CREATE TABLE people (
    id         UUID PRIMARY KEY,
    email      VARCHAR(254) NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);
