CREATE TABLE agencies (
    agency_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    timezone TEXT NOT NULL DEFAULT 'Europe/Zurich',
    url TEXT,
    CHECK (agency_id <> '')
);
CREATE TABLE stops (
    agency_id TEXT NOT NULL REFERENCES agencies (agency_id) ON DELETE CASCADE,
    stop_id TEXT NOT NULL,
    name TEXT NOT NULL,
    lat DOUBLE PRECISION NOT NULL CHECK (lat >= -90.0 AND lat <= 90.0),
    lon DOUBLE PRECISION NOT NULL CHECK (lon >= -180.0 AND lon <= 180.0),
    parent_id TEXT,
    PRIMARY KEY (agency_id, stop_id),
    CONSTRAINT stops_parent FOREIGN KEY (agency_id, parent_id) REFERENCES stops (agency_id, stop_id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX stops_by_place ON stops (lat, lon);
