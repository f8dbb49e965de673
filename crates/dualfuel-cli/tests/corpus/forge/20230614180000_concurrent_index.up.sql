-- no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS issues_author_idx ON issues (author_id);
