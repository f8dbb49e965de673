CREATE VIEW unplayed_episodes AS
SELECT e.id, e.title, e.published_at, s.title AS show_title
FROM episodes e
JOIN shows s ON s.id = e.show_id
LEFT JOIN playback_positions p ON p.episode_id = e.id
WHERE p.episode_id IS NULL OR p.completed = 0;
