ALTER TABLE Patients ADD COLUMN DisplayName TEXT;
UPDATE Patients SET DisplayName = trim(LastName) || ', ' || trim(FirstName), ModifiedAt = NULL;
ALTER TABLE Patients ADD COLUMN SearchName TEXT GENERATED ALWAYS AS (lower(LastName || ' ' || FirstName)) VIRTUAL;
CREATE INDEX IX_Patients_SearchName ON Patients (SearchName);
