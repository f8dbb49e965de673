-- one wide table, as the form on paper
CREATE TABLE Examinations (
    ExaminationId INTEGER PRIMARY KEY AUTOINCREMENT,
    AppointmentId INTEGER NOT NULL UNIQUE REFERENCES Appointments (AppointmentId) ON DELETE CASCADE,
    HeightCm REAL, WeightKg REAL, Bmi REAL GENERATED ALWAYS AS (WeightKg / (HeightCm / 100.0 * HeightCm / 100.0)) VIRTUAL,
    PulseRest INTEGER, PulseLoad INTEGER, Systolic INTEGER, Diastolic INTEGER, Temperature REAL,
    EyeLeftSphere REAL, EyeLeftCylinder REAL, EyeLeftAxis INTEGER,
    EyeRightSphere REAL, EyeRightCylinder REAL, EyeRightAxis INTEGER,
    HearingLeft125 INTEGER, HearingLeft500 INTEGER, HearingLeft1000 INTEGER, HearingLeft4000 INTEGER,
    HearingRight125 INTEGER, HearingRight500 INTEGER, HearingRight1000 INTEGER, HearingRight4000 INTEGER,
    Smoker BOOLEAN, CigarettesPerDay INTEGER DEFAULT 0, Alcohol TEXT, Sport TEXT,
    AllergyPollen BOOLEAN NOT NULL DEFAULT 0, AllergyNuts BOOLEAN NOT NULL DEFAULT 0, AllergyLatex BOOLEAN NOT NULL DEFAULT 0,
    AllergyOther TEXT, Medication TEXT, Operations TEXT, FamilyHistory TEXT,
    Skin TEXT, Lungs TEXT, Heart TEXT, Abdomen TEXT, Reflexes TEXT, Spine TEXT, Joints TEXT,
    Summary TEXT NOT NULL DEFAULT '', SignedBy INTEGER REFERENCES Doctors (DoctorId), SignedAt DATETIME,
    CONSTRAINT CK_Examinations_Pressure CHECK (Systolic IS NULL OR Diastolic IS NULL OR Systolic > Diastolic),
    CONSTRAINT CK_Examinations_Signature CHECK ((SignedBy IS NULL) = (SignedAt IS NULL))
);
