CREATE TABLE organisations (
    id         uuid NOT NULL,
    slug       text COLLATE "C" NOT NULL,
    slug_ci    text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(slug)) STORED,
    name       text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT organisations_slug_ci_key UNIQUE (slug_ci)
);
