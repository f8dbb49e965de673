CREATE TABLE [Doctors] (
    [DoctorId] INTEGER NOT NULL CONSTRAINT [PK_Doctors] PRIMARY KEY AUTOINCREMENT,
    [Name] NVARCHAR(100) NOT NULL,
    [Specialty] NVARCHAR(60) NULL,
    [HourlyRate] DECIMAL(12,4) NOT NULL DEFAULT 0,
    [ReferredBy] INT NULL,
    CONSTRAINT [FK_Doctors_Doctors_ReferredBy] FOREIGN KEY ([ReferredBy]) REFERENCES [Doctors] ([DoctorId]) ON DELETE SET NULL
);
CREATE INDEX [IX_Doctors_ReferredBy] ON [Doctors] ([ReferredBy]);
