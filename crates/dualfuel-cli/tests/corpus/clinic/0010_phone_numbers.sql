CREATE TABLE PatientPhones (
    PatientId INTEGER NOT NULL,
    Kind TEXT NOT NULL DEFAULT 'home',
    Number TEXT NOT NULL,
    CONSTRAINT PK_PatientPhones PRIMARY KEY (PatientId, Kind),
    CONSTRAINT FK_PatientPhones_Patients_PatientId_because_a_number_without_a_patient_is_of_no_use FOREIGN KEY (PatientId) REFERENCES Patients (PatientId) ON DELETE CASCADE,
    CONSTRAINT CK_PatientPhones_Kind_is_one_of_the_kinds_that_the_reception_can_choose_from CHECK (Kind = 'home' OR Kind = 'work' OR Kind = 'mobile')
);
