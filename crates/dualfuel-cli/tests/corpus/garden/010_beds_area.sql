ALTER TABLE beds ADD COLUMN area REAL GENERATED ALWAYS AS (width * length);
CREATE VIEW IF NOT EXISTS bed_usage AS
SELECT b.id, b.name, b.area, count(p.id) AS plantings
FROM beds AS b LEFT JOIN plantings AS p ON p.bed_id = b.id AND p.removed_on IS NULL
GROUP BY b.id, b.name, b.area;
