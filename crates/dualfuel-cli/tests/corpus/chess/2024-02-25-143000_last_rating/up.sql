ALTER TABLE members ADD COLUMN last_elo SMALLINT;
UPDATE members
SET last_elo = (
  SELECT r.elo FROM monthly_ratings r
  WHERE r.member_id = members.id
  ORDER BY r.month DESC LIMIT 1
)
WHERE EXISTS (SELECT 1 FROM monthly_ratings WHERE member_id = members.id);
