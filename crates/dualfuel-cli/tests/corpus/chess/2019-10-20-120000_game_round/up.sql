ALTER TABLE games ADD COLUMN tournament_id INTEGER REFERENCES tournaments (id) ON DELETE SET NULL;
ALTER TABLE games ADD COLUMN round INTEGER;
CREATE INDEX games_tournament_idx ON games (tournament_id, round);
