-- Before 3.35 there was no DROP COLUMN, so this is the long way.
CREATE TABLE games_backup (
  id INTEGER NOT NULL PRIMARY KEY,
  white_id INTEGER NOT NULL,
  black_id INTEGER NOT NULL,
  result VARCHAR(7) NOT NULL DEFAULT '*',
  pgn TEXT NOT NULL,
  played_at TIMESTAMP NOT NULL,
  FOREIGN KEY (white_id) REFERENCES members (id),
  FOREIGN KEY (black_id) REFERENCES members (id),
  CHECK (white_id <> black_id),
  CHECK (result IN ('1-0', '0-1', '1/2-1/2', '*'))
);
INSERT INTO games_backup SELECT id, white_id, black_id, result, pgn, played_at FROM games;
DROP TABLE games;
ALTER TABLE games_backup RENAME TO games;
CREATE INDEX games_white_idx ON games (white_id);
CREATE INDEX games_black_idx ON games (black_id);
