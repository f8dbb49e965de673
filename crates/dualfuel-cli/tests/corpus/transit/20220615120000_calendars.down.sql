ALTER TABLE trips DROP COLUMN service_id;
DROP TABLE service_exceptions;
DROP TABLE services;
