DROP TABLE repositories;
DROP TYPE visibility;
