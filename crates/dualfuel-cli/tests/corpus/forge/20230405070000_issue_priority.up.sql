ALTER TABLE issues ADD COLUMN priority text NOT NULL DEFAULT 'normal';
UPDATE issues SET priority = 'high' WHERE title ILIKE '%urgent%';
