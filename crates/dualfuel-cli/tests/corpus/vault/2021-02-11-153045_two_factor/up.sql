CREATE TABLE twofactor (
  uuid      TEXT NOT NULL PRIMARY KEY,
  user_uuid TEXT NOT NULL REFERENCES users (uuid),
  atype     INTEGER NOT NULL,
  enabled   BOOLEAN NOT NULL DEFAULT 1,
  data      TEXT NOT NULL,
  last_used INTEGER NOT NULL DEFAULT 0,
  UNIQUE (user_uuid, atype)
);
INSERT INTO twofactor (uuid, user_uuid, atype, data)
SELECT lower(hex(randomblob(16))), uuid, 0, '{"codes":[]}' FROM users WHERE password_hint IS NULL;
