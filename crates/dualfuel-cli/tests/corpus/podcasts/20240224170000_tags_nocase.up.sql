-- 'news' and 'News' were two tags. Keep the oldest of each.
UPDATE OR IGNORE show_tags
SET tag_id = (
    SELECT min(t.id) FROM tags t
    WHERE lower(t.name) = (SELECT lower(o.name) FROM tags o WHERE o.id = show_tags.tag_id)
);
DELETE FROM tags WHERE id NOT IN (SELECT min(id) FROM tags GROUP BY lower(name));

CREATE UNIQUE INDEX idx_tags_name_nocase ON tags (name COLLATE NOCASE);
