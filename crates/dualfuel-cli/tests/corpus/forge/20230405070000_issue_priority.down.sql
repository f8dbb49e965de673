ALTER TABLE issues DROP COLUMN priority;
