-- contents are large and rarely read
CREATE TABLE document_contents (
    document_id INTEGER PRIMARY KEY NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    content     BLOB NOT NULL
);
INSERT INTO document_contents (document_id, content) SELECT id, content FROM documents;
ALTER TABLE documents DROP COLUMN content;
