-- Generated names come from the C# program this began as.
CREATE TABLE Patients (
    PatientId INTEGER NOT NULL CONSTRAINT PK_Patients PRIMARY KEY AUTOINCREMENT,
    FirstName TEXT NOT NULL,
    LastName TEXT NOT NULL,
    DateOfBirth DATE,
    Sex TINYINT NOT NULL DEFAULT 0,
    InsuranceNo VARCHAR(20) NULL,
    IsActive TINYINT(1) NOT NULL DEFAULT 1,
    CreatedAt DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ModifiedAt DATETIME
);
CREATE UNIQUE INDEX IX_Patients_InsuranceNo ON Patients (InsuranceNo);
