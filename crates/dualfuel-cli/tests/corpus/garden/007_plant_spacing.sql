ALTER TABLE plants ADD COLUMN spacing_cm INTEGER;
ALTER TABLE plants ADD COLUMN perennial INTEGER NOT NULL DEFAULT 0 CHECK (perennial IN (0,1));
UPDATE plants SET spacing_cm = 60 WHERE family = 'Solanaceae';
UPDATE plants SET spacing_cm = coalesce(spacing_cm, 10);
