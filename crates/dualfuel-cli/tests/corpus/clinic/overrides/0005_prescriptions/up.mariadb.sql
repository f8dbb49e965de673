-- InnoDB has no ON DELETE SET DEFAULT; the default is NULL, so SET NULL is the same.
CREATE TABLE `Prescriptions` (
    `Id` uuid NOT NULL PRIMARY KEY,
    `PatientId` bigint NOT NULL,
    `DoctorId` bigint,
    `Drug` longtext NOT NULL,
    `Dose` decimal(8,3),
    `Index` bigint NOT NULL DEFAULT 1,
    `Desc` longtext DEFAULT NULL,
    `IssuedAt` datetime(6) NOT NULL DEFAULT current_timestamp(6),
    FOREIGN KEY (`PatientId`) REFERENCES `Patients` (`PatientId`) ON DELETE CASCADE,
    FOREIGN KEY (`DoctorId`) REFERENCES `Doctors` (`DoctorId`) ON DELETE SET NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
