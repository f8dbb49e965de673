-- 'news' and 'News' were two tags. Keep the oldest of each.
INSERT OR IGNORE INTO show_tags (show_id, tag_id)
SELECT st.show_id, (SELECT min(t.id) FROM tags t WHERE lower(t.name) = lower(o.name))
FROM show_tags st
JOIN tags o ON o.id = st.tag_id;
DELETE FROM tags WHERE id NOT IN (SELECT min(id) FROM tags GROUP BY lower(name));

CREATE UNIQUE INDEX idx_tags_name_nocase ON tags (name COLLATE NOCASE);
