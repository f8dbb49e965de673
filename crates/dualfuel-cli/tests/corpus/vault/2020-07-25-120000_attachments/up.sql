CREATE TABLE attachments (
  id        TEXT NOT NULL PRIMARY KEY,
  item_uuid TEXT NOT NULL REFERENCES items (uuid) ON DELETE CASCADE,
  file_name TEXT NOT NULL,
  file_size INTEGER NOT NULL CHECK (file_size >= 0 AND file_size <= 1099511627776)
);
