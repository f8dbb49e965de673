-- results become words; the view looks at them, so it goes and comes back
DROP VIEW standings;
ALTER TABLE games ADD COLUMN outcome VARCHAR(5) NOT NULL DEFAULT 'open' CHECK (outcome IN ('white', 'black', 'draw', 'open'));
UPDATE games SET outcome = CASE result WHEN '1-0' THEN 'white' WHEN '0-1' THEN 'black' WHEN '1/2-1/2' THEN 'draw' ELSE 'open' END;
CREATE VIEW standings AS
SELECT e.tournament_id, e.member_id, COUNT(*) AS wins
FROM entries e
JOIN games g ON g.tournament_id = e.tournament_id
WHERE (g.white_id = e.member_id AND g.outcome = 'white')
   OR (g.black_id = e.member_id AND g.outcome = 'black')
GROUP BY e.tournament_id, e.member_id;
