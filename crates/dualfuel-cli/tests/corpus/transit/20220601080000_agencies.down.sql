DROP TABLE stops;
DROP TABLE agencies;
