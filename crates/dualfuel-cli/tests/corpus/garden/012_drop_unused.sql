DROP TABLE IF EXISTS watering_plan;
DROP INDEX IF EXISTS plantings_sown;
DROP VIEW IF EXISTS old_usage;
