ALTER TABLE tasks ADD COLUMN priority SMALLINT NOT NULL DEFAULT 2;
-- dualfuel: every org
UPDATE tasks SET priority = 1 WHERE due_on < DATE '2025-02-10';
ALTER TABLE tasks ADD CONSTRAINT tasks_priority_known CHECK (priority BETWEEN 0 AND 4);
