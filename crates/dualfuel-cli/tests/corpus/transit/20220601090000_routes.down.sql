DROP TABLE trips;
DROP TABLE routes;
