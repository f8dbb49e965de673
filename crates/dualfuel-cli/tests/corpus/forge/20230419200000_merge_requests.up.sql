CREATE TABLE merge_requests (
    issue_id bigint PRIMARY KEY REFERENCES issues (id) ON DELETE CASCADE,
    source_branch text NOT NULL,
    target_branch text NOT NULL DEFAULT 'main',
    head_sha char(40),
    merged_by bigint REFERENCES users (id) ON DELETE SET NULL,
    merged_at timestamptz,
    additions integer NOT NULL DEFAULT 0,
    deletions integer NOT NULL DEFAULT 0,
    changed integer GENERATED ALWAYS AS (additions + deletions) STORED,
    CHECK (source_branch <> target_branch)
);
