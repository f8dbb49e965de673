CREATE TABLE organisations (
    id         UUID NOT NULL PRIMARY KEY,
    slug       TEXT NOT NULL,
    name       TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE UNIQUE INDEX organisations_slug_ci_key ON organisations (lower(slug));
