-- Stops get a number of their own; everything that refers to them follows later.
ALTER TABLE stops ADD COLUMN number INTEGER;
UPDATE stops SET number = (
    SELECT count(*) FROM stops AS s
    WHERE s.agency_id < stops.agency_id
       OR (s.agency_id = stops.agency_id AND s.stop_id <= stops.stop_id)
);
CREATE UNIQUE INDEX stops_number ON stops (number);
