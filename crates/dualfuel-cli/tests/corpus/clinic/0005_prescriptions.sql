CREATE TABLE Prescriptions (
    Id GUID NOT NULL PRIMARY KEY,
    PatientId INTEGER NOT NULL REFERENCES Patients (PatientId) ON DELETE CASCADE,
    DoctorId INTEGER REFERENCES Doctors (DoctorId) ON DELETE SET DEFAULT,
    Drug TEXT NOT NULL,
    Dose NUMERIC(8,3),
    "Index" INTEGER NOT NULL DEFAULT 1,
    "Desc" TEXT DEFAULT NULL,
    IssuedAt DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
