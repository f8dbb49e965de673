CREATE TYPE visibility AS ENUM ('public', 'internal', 'private');

CREATE TABLE repositories (
    id bigserial PRIMARY KEY,
    owner_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name varchar(100) NOT NULL,
    description text NOT NULL DEFAULT '',
    visibility visibility NOT NULL DEFAULT 'private',
    default_branch text NOT NULL DEFAULT 'main',
    size_bytes bigint NOT NULL DEFAULT 0,
    forked_from bigint REFERENCES repositories (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (owner_id, name)
);
CREATE INDEX repositories_public_idx ON repositories (created_at DESC) WHERE visibility = 'public';
