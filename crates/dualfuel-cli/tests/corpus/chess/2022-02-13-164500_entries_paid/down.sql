DROP VIEW standings;
ALTER TABLE entries RENAME TO entries_old;
CREATE TABLE entries (
  tournament_id INTEGER NOT NULL REFERENCES tournaments (id) ON DELETE CASCADE,
  member_id INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
  seed INTEGER,
  withdrawn BOOLEAN NOT NULL DEFAULT 'f',
  PRIMARY KEY (tournament_id, member_id),
  UNIQUE (tournament_id, seed)
);
INSERT INTO entries SELECT tournament_id, member_id, seed, withdrawn FROM entries_old;
DROP TABLE entries_old;
CREATE VIEW standings AS
SELECT e.tournament_id, e.member_id, COUNT(*) AS wins
FROM entries e
JOIN games g ON g.tournament_id = e.tournament_id
WHERE (g.white_id = e.member_id AND g.outcome = 'white')
   OR (g.black_id = e.member_id AND g.outcome = 'black')
GROUP BY e.tournament_id, e.member_id;
