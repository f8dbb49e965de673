PRAGMA foreign_keys=off;

CREATE TABLE new_members (
  id INTEGER NOT NULL PRIMARY KEY,
  name VARCHAR NOT NULL,
  email VARCHAR,
  fide_id INTEGER,
  joined_on DATE NOT NULL DEFAULT CURRENT_DATE,
  active BOOLEAN NOT NULL DEFAULT 't'
);
INSERT INTO new_members (id, name, email, fide_id, joined_on, active)
  SELECT id, first_name || ' ' || last_name, email, fide_id, joined_on, active FROM members;
DROP TABLE members;
ALTER TABLE new_members RENAME TO members;
CREATE UNIQUE INDEX members_email_key ON members (email);
CREATE UNIQUE INDEX members_fide_key ON members (fide_id) WHERE fide_id IS NOT NULL;

PRAGMA foreign_keys=on;
