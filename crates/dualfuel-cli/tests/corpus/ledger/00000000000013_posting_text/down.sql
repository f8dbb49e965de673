DROP INDEX postings_text;
ALTER TABLE postings DROP COLUMN text;
