-- SQLite's own full text index. Elsewhere the search falls back on LIKE.
create virtual table entries_fts using fts5(title, content, content='entries', content_rowid='id');
