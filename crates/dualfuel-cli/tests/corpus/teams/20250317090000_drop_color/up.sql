ALTER TABLE labels DROP COLUMN color;
ALTER TABLE people ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC';
ALTER TABLE people ADD CONSTRAINT people_time_zone_given CHECK (time_zone <> '');
