ALTER TABLE items RENAME TO oldItems;

CREATE TABLE items (
  uuid              TEXT NOT NULL PRIMARY KEY,
  created_at        DATETIME NOT NULL,
  updated_at        DATETIME NOT NULL,
  user_uuid         TEXT REFERENCES users (uuid), -- nullable now
  organization_uuid TEXT REFERENCES organizations (uuid),
  folder_uuid       TEXT REFERENCES folders (uuid),
  kind              INTEGER NOT NULL,
  name              TEXT NOT NULL,
  notes             TEXT,
  fields            TEXT,
  data              TEXT NOT NULL,
  favorite          BOOLEAN NOT NULL
);

INSERT INTO items (uuid, created_at, updated_at, user_uuid, folder_uuid, kind, name, notes, fields, data, favorite)
SELECT uuid, created_at, updated_at, user_uuid, folder_uuid, kind, name, notes, fields, data, favorite
FROM oldItems;

DROP TABLE oldItems;
