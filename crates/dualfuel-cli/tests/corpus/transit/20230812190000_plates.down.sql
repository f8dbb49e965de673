CREATE TABLE vehicles_rebuilt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    plate TEXT NOT NULL UNIQUE,
    seats INTEGER NOT NULL DEFAULT 40,
    driver_id INTEGER REFERENCES drivers (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    wheelchair BOOLEAN
);
INSERT INTO vehicles_rebuilt SELECT id, plate, seats, driver_id, wheelchair FROM vehicles;
DROP TABLE vehicles;
ALTER TABLE vehicles_rebuilt RENAME TO vehicles;
