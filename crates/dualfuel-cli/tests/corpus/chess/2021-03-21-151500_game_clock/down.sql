ALTER TABLE games DROP COLUMN rated;
ALTER TABLE games DROP COLUMN clock_increment_seconds;
ALTER TABLE games DROP COLUMN clock_base_seconds;
