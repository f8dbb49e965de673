ALTER TABLE plantings RENAME COLUMN removed_on TO ended_on;
ALTER TABLE seed_packets RENAME TO packets;
CREATE INDEX IF NOT EXISTS packets_plant ON packets (plant_id, best_before ASC);
