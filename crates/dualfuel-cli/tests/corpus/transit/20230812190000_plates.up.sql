-- plates are unique while a vehicle is in service
CREATE TABLE vehicles_rebuilt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    plate TEXT NOT NULL,
    seats INTEGER NOT NULL DEFAULT 40 CHECK (seats BETWEEN 1 AND 500),
    driver_id INTEGER REFERENCES drivers (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    wheelchair BOOLEAN NOT NULL DEFAULT 0,
    retired_on DATE
);
INSERT INTO vehicles_rebuilt (id, plate, seats, driver_id, wheelchair)
SELECT id, upper(plate), max(1, min(seats, 500)), driver_id, ifnull(wheelchair, 0) FROM vehicles;
DROP TABLE vehicles;
ALTER TABLE vehicles_rebuilt RENAME TO vehicles;
CREATE UNIQUE INDEX vehicles_plate_in_service ON vehicles (plate) WHERE retired_on IS NULL;
