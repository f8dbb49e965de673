ALTER TABLE stops ADD COLUMN wheelchair TEXT NOT NULL DEFAULT 'unknown' CHECK (wheelchair IN ('unknown', 'yes', 'no'));
ALTER TABLE vehicles ADD COLUMN wheelchair BOOLEAN;
UPDATE vehicles SET wheelchair = seats >= 30;
