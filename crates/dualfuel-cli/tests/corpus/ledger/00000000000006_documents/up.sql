CREATE TABLE documents (
    id             INTEGER PRIMARY KEY NOT NULL,
    transaction_id INTEGER NOT NULL REFERENCES transactions (id) ON DELETE CASCADE,
    file_name      TEXT NOT NULL,
    media_type     TEXT NOT NULL DEFAULT 'application/pdf',
    content        BLOB NOT NULL,
    sha256         TEXT NOT NULL CHECK (length(sha256) = 64),
    created_at     TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE (transaction_id, sha256)
);
