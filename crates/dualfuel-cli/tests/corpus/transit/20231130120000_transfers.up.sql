CREATE TABLE transfers (
    from_number INTEGER NOT NULL REFERENCES stops (number) ON UPDATE CASCADE ON DELETE CASCADE,
    to_number INTEGER NOT NULL REFERENCES stops (number) ON UPDATE CASCADE ON DELETE CASCADE,
    min_seconds INTEGER NOT NULL DEFAULT 120 CHECK (NOT (min_seconds < 0)),
    PRIMARY KEY (from_number, to_number)
);
INSERT INTO transfers (from_number, to_number)
SELECT a.number, b.number FROM stops a JOIN stops b
  ON a.agency_id = b.agency_id AND a.parent_id = b.stop_id
WHERE a.number IS NOT NULL AND b.number IS NOT NULL;
