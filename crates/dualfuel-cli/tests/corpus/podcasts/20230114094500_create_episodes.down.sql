DROP INDEX idx_episodes_show_published;
DROP TABLE episodes;
