CREATE TABLE tournaments (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name VARCHAR(120) NOT NULL,
  starts_on DATE NOT NULL,
  ends_on DATE NOT NULL,
  rounds INTEGER NOT NULL DEFAULT 7 CHECK (rounds > 0 AND rounds < 20),
  CONSTRAINT dates_in_order CHECK (ends_on >= starts_on)
);

CREATE TABLE entries (
  tournament_id INTEGER NOT NULL REFERENCES tournaments (id) ON DELETE CASCADE,
  member_id INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
  seed INTEGER,
  withdrawn BOOLEAN NOT NULL DEFAULT 'f',
  PRIMARY KEY (tournament_id, member_id),
  UNIQUE (tournament_id, seed)
);
