ALTER TABLE services ADD COLUMN weekdays INTEGER NOT NULL DEFAULT 0;
UPDATE services SET weekdays =
    monday * 1 + tuesday * 2 + wednesday * 4 + thursday * 8 + friday * 16 + saturday * 32 + sunday * 64;
ALTER TABLE services DROP COLUMN monday;
ALTER TABLE services DROP COLUMN tuesday;
ALTER TABLE services DROP COLUMN wednesday;
ALTER TABLE services DROP COLUMN thursday;
ALTER TABLE services DROP COLUMN friday;
ALTER TABLE services DROP COLUMN saturday;
ALTER TABLE services DROP COLUMN sunday;
