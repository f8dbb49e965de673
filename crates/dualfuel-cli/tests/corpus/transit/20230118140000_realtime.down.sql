DROP VIEW late_trips;
DROP TABLE delays;
