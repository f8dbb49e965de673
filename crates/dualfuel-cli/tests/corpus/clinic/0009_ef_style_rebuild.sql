CREATE TABLE "ef_temp_Doctors" (
    "DoctorId" INTEGER NOT NULL CONSTRAINT "PK_Doctors" PRIMARY KEY AUTOINCREMENT,
    "Name" TEXT NOT NULL,
    "Specialty" TEXT NOT NULL DEFAULT 'general',
    "HourlyRate" DECIMAL(12,4) NOT NULL DEFAULT 50,
    "ReferredBy" INTEGER NULL,
    CONSTRAINT "FK_Doctors_Doctors_ReferredBy" FOREIGN KEY ("ReferredBy") REFERENCES "Doctors" ("DoctorId") ON DELETE SET NULL
);

INSERT INTO "ef_temp_Doctors" ("DoctorId", "HourlyRate", "Name", "ReferredBy", "Specialty")
SELECT "DoctorId", "HourlyRate", "Name", "ReferredBy", IFNULL("Specialty", 'general')
FROM "Doctors";

PRAGMA foreign_keys = 0;

DROP TABLE "Doctors";

ALTER TABLE "ef_temp_Doctors" RENAME TO "Doctors";

PRAGMA foreign_keys = 1;

CREATE INDEX "IX_Doctors_ReferredBy" ON "Doctors" ("ReferredBy");
