CREATE TABLE teams (
  id INTEGER NOT NULL PRIMARY KEY,
  name VARCHAR NOT NULL,
  season VARCHAR(9) NOT NULL,
  captain_id INTEGER REFERENCES team_players (id) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (name, season)
);
-- A team has a captain who is one of its players: each needs the other.
CREATE TABLE team_players (
  id INTEGER NOT NULL PRIMARY KEY,
  team_id INTEGER NOT NULL REFERENCES teams (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  member_id INTEGER NOT NULL REFERENCES members (id),
  board INTEGER NOT NULL,
  UNIQUE (team_id, board)
);
