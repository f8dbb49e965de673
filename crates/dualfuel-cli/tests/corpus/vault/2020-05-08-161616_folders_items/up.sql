CREATE TABLE folders_items (
  item_uuid   TEXT NOT NULL REFERENCES items (uuid),
  folder_uuid TEXT NOT NULL REFERENCES folders (uuid),
  PRIMARY KEY (item_uuid, folder_uuid)
);

INSERT INTO folders_items (item_uuid, folder_uuid)
SELECT uuid, folder_uuid FROM items WHERE folder_uuid IS NOT NULL;

PRAGMA foreign_keys = OFF;
CREATE TABLE items_without_folder (
  uuid              TEXT NOT NULL PRIMARY KEY,
  created_at        DATETIME NOT NULL,
  updated_at        DATETIME NOT NULL,
  user_uuid         TEXT REFERENCES users (uuid),
  organization_uuid TEXT REFERENCES organizations (uuid),
  kind              INTEGER NOT NULL,
  name              TEXT NOT NULL,
  notes             TEXT,
  fields            TEXT,
  data              TEXT NOT NULL,
  favorite          BOOLEAN NOT NULL
);
INSERT INTO items_without_folder
SELECT uuid, created_at, updated_at, user_uuid, organization_uuid, kind, name, notes, fields, data, favorite FROM items;
DROP TABLE items;
ALTER TABLE items_without_folder RENAME TO items;
PRAGMA foreign_keys = ON;
