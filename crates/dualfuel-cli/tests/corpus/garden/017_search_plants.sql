-- The notes' words are found by their stems now; plants have an index of their own.
DROP TABLE notes_fts;
DROP TRIGGER notes_fts_insert;
DROP TRIGGER notes_fts_delete;
DROP TRIGGER notes_fts_update;

CREATE VIRTUAL TABLE plant_search USING fts5 (plant UNINDEXED, latin, common_name);
CREATE TRIGGER plants_found AFTER INSERT ON plants BEGIN
    INSERT INTO plant_search (plant, latin, common_name) VALUES (new.id, new.latin, new.common_name);
END;
CREATE TRIGGER plants_lost AFTER DELETE ON plants BEGIN
    DELETE FROM plant_search WHERE plant = old.id;
    INSERT INTO tag (name) VALUES ('lost ' || old.id);
END;
INSERT INTO plant_search (plant, latin, common_name) SELECT id, latin, common_name FROM plants;
