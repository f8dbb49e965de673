DROP TABLE vehicles;
DROP TABLE drivers;
