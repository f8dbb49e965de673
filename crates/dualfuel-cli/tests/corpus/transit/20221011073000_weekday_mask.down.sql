ALTER TABLE services ADD COLUMN monday BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE services ADD COLUMN tuesday BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE services ADD COLUMN wednesday BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE services ADD COLUMN thursday BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE services ADD COLUMN friday BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE services ADD COLUMN saturday BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE services ADD COLUMN sunday BOOLEAN NOT NULL DEFAULT 0;
UPDATE services SET
    monday = weekdays & 1, tuesday = (weekdays >> 1) & 1, wednesday = (weekdays >> 2) & 1, thursday = (weekdays >> 3) & 1,
    friday = (weekdays >> 4) & 1, saturday = (weekdays >> 5) & 1, sunday = (weekdays >> 6) & 1;
ALTER TABLE services DROP COLUMN weekdays;
