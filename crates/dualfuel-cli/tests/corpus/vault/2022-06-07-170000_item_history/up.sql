CREATE TABLE item_history (
  item_uuid  TEXT NOT NULL REFERENCES items (uuid) ON DELETE CASCADE,
  version    INTEGER NOT NULL,
  saved_at   DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
  data       TEXT NOT NULL,
  PRIMARY KEY (item_uuid, version)
) WITHOUT ROWID;

CREATE TRIGGER items_keep_history AFTER UPDATE OF data ON items
FOR EACH ROW WHEN OLD.data <> NEW.data
BEGIN
  INSERT INTO item_history (item_uuid, version, data)
  VALUES (OLD.uuid, (SELECT coalesce(max(version), 0) + 1 FROM item_history WHERE item_uuid = OLD.uuid), OLD.data);
END;
