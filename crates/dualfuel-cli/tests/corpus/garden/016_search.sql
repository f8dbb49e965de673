-- Words of the notes, and of what the neighbours grow. Both may be rebuilt at any time.
CREATE VIRTUAL TABLE IF NOT EXISTS notes_fts USING fts5 (body, content = 'notes', content_rowid = 'id', tokenize = "unicode61 remove_diacritics 2");
INSERT INTO notes_fts (notes_fts) VALUES ('rebuild');

CREATE TRIGGER IF NOT EXISTS notes_fts_insert AFTER INSERT ON notes BEGIN
    INSERT INTO notes_fts (rowid, body) VALUES (new.id, new.body);
END;
CREATE TRIGGER IF NOT EXISTS notes_fts_delete AFTER DELETE ON notes BEGIN
    INSERT INTO notes_fts (notes_fts, rowid, body) VALUES ('delete', old.id, old.body);
END;
CREATE TRIGGER IF NOT EXISTS notes_fts_update AFTER UPDATE OF body ON notes BEGIN
    INSERT INTO notes_fts (notes_fts, rowid, body) VALUES ('delete', old.id, old.body);
    INSERT INTO notes_fts (rowid, body) VALUES (new.id, new.body);
END;
