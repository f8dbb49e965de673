ALTER TABLE postings ADD COLUMN text TEXT;
UPDATE postings SET text = t.text FROM transactions AS t WHERE t.id = postings.transaction_id AND t.text <> '';
CREATE INDEX postings_text ON postings (text COLLATE NOCASE) WHERE text IS NOT NULL;
