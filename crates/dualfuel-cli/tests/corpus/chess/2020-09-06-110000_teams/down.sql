DROP TABLE team_players;
DROP TABLE teams;
