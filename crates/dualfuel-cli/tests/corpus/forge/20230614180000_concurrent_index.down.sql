-- no-transaction
DROP INDEX CONCURRENTLY IF EXISTS issues_author_idx;
