-- dualfuel: every org
UPDATE tasks SET estimate = 1 WHERE estimate IS NULL;
ALTER TABLE tasks ALTER COLUMN estimate SET NOT NULL;
ALTER TABLE tasks ALTER COLUMN estimate SET DEFAULT 1;
