-- dualfuel: tenant
CREATE TABLE projects (
    id         UUID PRIMARY KEY,
    code       VARCHAR(12) NOT NULL UNIQUE,
    title      TEXT NOT NULL,
    budget     NUMERIC(14,2),
    archived   BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMPTZ NOT NULL
);
