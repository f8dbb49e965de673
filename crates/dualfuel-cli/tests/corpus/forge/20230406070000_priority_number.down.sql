ALTER TABLE issues DROP CONSTRAINT issues_priority_check;
ALTER TABLE issues ALTER COLUMN priority DROP DEFAULT;
ALTER TABLE issues ALTER COLUMN priority TYPE text USING CASE priority WHEN 0 THEN 'low' WHEN 1 THEN 'normal' ELSE 'high' END;
ALTER TABLE issues ALTER COLUMN priority SET DEFAULT 'normal';
