-- What was written on a day, and in which month things were sown.
ALTER TABLE tasks ADD COLUMN seen_at DATETIME;
CREATE INDEX tasks_seen ON tasks (date(seen_at), id DESC);
CREATE INDEX tasks_seen_at_night ON tasks (seen_at) WHERE strftime('%H', seen_at) IN ('22', '23', '00');
CREATE INDEX notes_month ON notes (strftime('%Y-%m', written, 'unixepoch'), bed_id);
ALTER TABLE notes ADD COLUMN day TEXT GENERATED ALWAYS AS (date(written, 'unixepoch')) VIRTUAL;
CREATE INDEX notes_label ON notes (body || ' #' || bed_id);
-- PostgreSQL and MariaDB have no index over a time that is read from text.
CREATE INDEX tasks_due_month ON tasks (strftime('%Y-%m', due));
