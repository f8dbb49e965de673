CREATE TABLE fares (
    id INTEGER PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL REFERENCES agencies (agency_id) ON DELETE CASCADE,
    price DECIMAL(10, 2) NOT NULL,
    currency CHAR(3) NOT NULL DEFAULT 'CHF',
    transfers INTEGER CHECK (transfers BETWEEN 0 AND 2),
    valid_for_seconds INTEGER
);
CREATE TABLE fare_rules (
    fare_id INTEGER NOT NULL REFERENCES fares (id) ON DELETE CASCADE,
    agency_id TEXT NOT NULL,
    route_id TEXT NOT NULL,
    origin_zone TEXT,
    destination_zone TEXT,
    UNIQUE (fare_id, route_id, origin_zone, destination_zone),
    FOREIGN KEY (agency_id, route_id) REFERENCES routes (agency_id, route_id) ON DELETE CASCADE ON UPDATE CASCADE
);
