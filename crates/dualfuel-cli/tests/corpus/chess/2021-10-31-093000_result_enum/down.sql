DROP VIEW standings;
ALTER TABLE games DROP COLUMN outcome;
CREATE VIEW standings AS
SELECT
  e.tournament_id,
  m.id AS member_id,
  m.name,
  SUM(CASE
    WHEN g.white_id = m.id AND g.result = '1-0' THEN 1.0
    WHEN g.black_id = m.id AND g.result = '0-1' THEN 1.0
    WHEN g.result = '1/2-1/2' THEN 0.5
    ELSE 0.0
  END) AS points,
  COUNT(g.id) AS played
FROM entries e
INNER JOIN members m ON m.id = e.member_id
LEFT JOIN games g ON g.tournament_id = e.tournament_id AND (g.white_id = m.id OR g.black_id = m.id)
GROUP BY e.tournament_id, m.id, m.name;
