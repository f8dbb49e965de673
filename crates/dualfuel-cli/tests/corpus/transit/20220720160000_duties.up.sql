CREATE TABLE duties (
    driver_id INTEGER NOT NULL REFERENCES drivers (id) ON DELETE CASCADE,
    day DATE NOT NULL,
    agency_id TEXT NOT NULL,
    trip_id TEXT NOT NULL,
    vehicle_id INTEGER REFERENCES vehicles (id) ON DELETE SET NULL,
    note TEXT,
    PRIMARY KEY (driver_id, day, agency_id, trip_id),
    FOREIGN KEY (agency_id, trip_id) REFERENCES trips (agency_id, trip_id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX duties_vehicle ON duties (day, trip_id, vehicle_id) WHERE vehicle_id IS NOT NULL;
