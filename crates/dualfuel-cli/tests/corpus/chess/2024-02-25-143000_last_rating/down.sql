ALTER TABLE members DROP COLUMN last_elo;
