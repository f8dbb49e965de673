CREATE TABLE stop_times (
    agency_id TEXT NOT NULL,
    trip_id TEXT NOT NULL,
    sequence INTEGER NOT NULL CHECK (sequence > 0),
    stop_id TEXT NOT NULL,
    -- seconds after midnight; more than 86400 after midnight's midnight
    arrives INTEGER NOT NULL,
    departs INTEGER NOT NULL,
    PRIMARY KEY (agency_id, trip_id, sequence),
    FOREIGN KEY (agency_id, trip_id) REFERENCES trips (agency_id, trip_id) ON DELETE CASCADE,
    FOREIGN KEY (agency_id, stop_id) REFERENCES stops (agency_id, stop_id) ON DELETE RESTRICT,
    CHECK (departs >= arrives AND arrives >= 0)
) WITHOUT ROWID;
CREATE INDEX stop_times_by_stop ON stop_times (agency_id, stop_id, departs);
