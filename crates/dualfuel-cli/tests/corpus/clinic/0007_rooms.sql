CREATE TABLE Rooms (Code TEXT PRIMARY KEY, Floor SMALLINT, Equipment TEXT CHECK (Equipment IS NULL OR json_valid(Equipment)));
INSERT INTO Rooms (Code, Floor, Equipment) VALUES ('E01', 0, '["ECG", "scale"]'), ('101', 1, NULL), ('102', 1, '{"x-ray": {"installed": 2017}}');
ALTER TABLE Appointments ADD COLUMN RoomCode TEXT REFERENCES Rooms (Code) ON UPDATE CASCADE ON DELETE SET NULL;
UPDATE Appointments SET RoomCode = 'E01' WHERE State = 'planned' AND RoomCode IS NULL;
