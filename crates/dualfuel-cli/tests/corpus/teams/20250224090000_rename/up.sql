ALTER TABLE projects RENAME COLUMN title TO name;
ALTER TABLE assignments RENAME TO responsibilities;
