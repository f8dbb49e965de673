CREATE VIEW MissedByMonth AS
SELECT strftime('%Y-%m', StartsAt) AS Month, count(*) AS Missed, round(avg(Minutes), 1) AS AvgMinutes
FROM Appointments WHERE State = 'missed'
GROUP BY strftime('%Y-%m', StartsAt);
