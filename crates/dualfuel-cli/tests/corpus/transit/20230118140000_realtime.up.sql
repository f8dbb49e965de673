CREATE TABLE delays (
    agency_id TEXT NOT NULL,
    trip_id TEXT NOT NULL,
    reported_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    seconds INTEGER NOT NULL,
    payload JSON NOT NULL DEFAULT '{}',
    FOREIGN KEY (agency_id, trip_id) REFERENCES trips (agency_id, trip_id) ON DELETE CASCADE
);
CREATE INDEX delays_latest ON delays (agency_id, trip_id, reported_at DESC);
CREATE VIEW late_trips (agency_id, trip_id, worst) AS
SELECT agency_id, trip_id, max(seconds) FROM delays WHERE seconds > 300 GROUP BY agency_id, trip_id;
