DROP VIEW unplayed_episodes;
