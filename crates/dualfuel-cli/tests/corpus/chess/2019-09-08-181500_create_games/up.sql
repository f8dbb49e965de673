CREATE TABLE games (
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
CREATE INDEX games_white_idx ON games (white_id);
CREATE INDEX games_black_idx ON games (black_id);
