CREATE TABLE games2 (
  id INTEGER NOT NULL PRIMARY KEY,
  white_id INTEGER NOT NULL REFERENCES members (id),
  black_id INTEGER NOT NULL REFERENCES members (id),
  outcome VARCHAR(5) NOT NULL DEFAULT 'open' CHECK (outcome IN ('white', 'black', 'draw', 'open')),
  pgn TEXT NOT NULL,
  played_at TIMESTAMP NOT NULL,
  tournament_id INTEGER REFERENCES tournaments (id) ON DELETE SET NULL,
  round INTEGER,
  eco CHAR(3) REFERENCES openings (eco),
  clock_base_seconds INTEGER NOT NULL DEFAULT 5400,
  clock_increment_seconds INTEGER NOT NULL DEFAULT 30,
  rated BOOLEAN NOT NULL DEFAULT TRUE,
  CHECK (white_id <> black_id)
);
INSERT INTO games2
SELECT id, white_id, black_id, outcome, pgn, played_at, tournament_id, round, eco,
       clock_base_seconds, clock_increment_seconds, rated
FROM games;
DROP VIEW standings;
DROP TABLE games;
ALTER TABLE games2 RENAME TO games;
CREATE INDEX games_white_idx ON games (white_id);
CREATE INDEX games_black_idx ON games (black_id);
CREATE INDEX games_tournament_idx ON games (tournament_id, round);
CREATE VIEW standings AS
SELECT e.tournament_id, e.member_id, COUNT(*) AS wins
FROM entries e
JOIN games g ON g.tournament_id = e.tournament_id
WHERE (g.white_id = e.member_id AND g.outcome = 'white')
   OR (g.black_id = e.member_id AND g.outcome = 'black')
GROUP BY e.tournament_id, e.member_id;
