ALTER TABLE members DROP COLUMN guardian_id;
ALTER TABLE members DROP COLUMN born_on;
