CREATE TABLE twofactor_old (
  uuid      TEXT NOT NULL PRIMARY KEY,
  user_uuid TEXT NOT NULL REFERENCES users (uuid),
  atype     INTEGER NOT NULL,
  enabled   BOOLEAN NOT NULL DEFAULT 1,
  data      TEXT NOT NULL,
  last_used INTEGER NOT NULL DEFAULT 0,
  UNIQUE (user_uuid, atype)
);
INSERT INTO twofactor_old SELECT user_uuid || '/' || atype, user_uuid, atype, enabled, data, last_used FROM twofactor;
DROP TABLE twofactor;
ALTER TABLE twofactor_old RENAME TO twofactor;
