CREATE TABLE `Appointments` (
    `AppointmentId` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    `PatientId` INTEGER NOT NULL,
    `DoctorId` INTEGER NOT NULL,
    `StartsAt` DATETIME NOT NULL,
    `Minutes` INT NOT NULL DEFAULT 15,
    `State` TEXT NOT NULL DEFAULT 'planned' CHECK (`State` IN ('planned', 'came', 'missed', 'cancelled')),
    `Remark` TEXT,
    CONSTRAINT `FK_Appointments_Patients_PatientId` FOREIGN KEY (`PatientId`) REFERENCES `Patients` (`PatientId`) ON DELETE CASCADE,
    CONSTRAINT `FK_Appointments_Doctors_DoctorId` FOREIGN KEY (`DoctorId`) REFERENCES `Doctors` (`DoctorId`) ON DELETE RESTRICT
);
CREATE INDEX `IX_Appointments_PatientId` ON `Appointments` (`PatientId`);
CREATE UNIQUE INDEX `IX_Appointments_DoctorId_StartsAt` ON `Appointments` (`DoctorId`, `StartsAt`) WHERE `State` <> 'cancelled';
