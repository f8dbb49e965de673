CREATE TRIGGER TR_Patients_ModifiedAt AFTER UPDATE ON Patients FOR EACH ROW WHEN NEW.ModifiedAt IS OLD.ModifiedAt
BEGIN
    UPDATE Patients SET ModifiedAt = datetime('now') WHERE PatientId = NEW.PatientId;
END;
