-- words were a mistake: they don't sort
ALTER TABLE issues ALTER COLUMN priority DROP DEFAULT;
ALTER TABLE issues ALTER COLUMN priority TYPE smallint USING (CASE priority WHEN 'low' THEN 0 WHEN 'normal' THEN 1 ELSE 2 END)::smallint;
ALTER TABLE issues ALTER COLUMN priority SET DEFAULT 1;
ALTER TABLE issues ADD CONSTRAINT issues_priority_check CHECK (priority IN (0, 1, 2));
