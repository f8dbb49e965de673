CREATE TABLE organisations (
    id         TEXT NOT NULL,
    slug       TEXT NOT NULL,
    slug_ci    TEXT NOT NULL GENERATED ALWAYS AS (lower(slug)) VIRTUAL,
    name       TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT organisations_slug_ci_key UNIQUE (slug_ci)
) STRICT;
