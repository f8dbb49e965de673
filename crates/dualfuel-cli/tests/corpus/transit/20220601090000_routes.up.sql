CREATE TABLE routes (
    agency_id TEXT NOT NULL,
    route_id TEXT NOT NULL,
    short_name VARCHAR(12),
    long_name TEXT,
    kind SMALLINT NOT NULL DEFAULT 3 CHECK (kind IN (0, 1, 2, 3, 4, 5, 6, 7, 11, 12)),
    color CHAR(6) DEFAULT 'FFFFFF',
    PRIMARY KEY (agency_id, route_id),
    FOREIGN KEY (agency_id) REFERENCES agencies (agency_id) ON DELETE CASCADE,
    CHECK (short_name IS NOT NULL OR long_name IS NOT NULL)
);
CREATE TABLE trips (
    agency_id TEXT NOT NULL,
    trip_id TEXT NOT NULL,
    route_id TEXT NOT NULL,
    headsign TEXT,
    direction TINYINT CHECK (direction IN (0, 1)),
    block INTEGER,
    PRIMARY KEY (agency_id, trip_id),
    FOREIGN KEY (agency_id, route_id) REFERENCES routes (agency_id, route_id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX trips_by_route ON trips (agency_id, route_id);
