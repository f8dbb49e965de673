CREATE TYPE issue_state AS ENUM ('open', 'closed');
CREATE TABLE issues (
    id bigserial PRIMARY KEY,
    repository_id bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
    number integer NOT NULL,
    author_id bigint REFERENCES users ON DELETE SET NULL,
    title text NOT NULL CHECK (title <> ''),
    body text,
    state issue_state NOT NULL DEFAULT 'open',
    closed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT issues_number_key UNIQUE (repository_id, number),
    CONSTRAINT issues_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX issues_open_idx ON issues (repository_id, created_at DESC) WHERE state = 'open';
