-- the pair is the key
CREATE TABLE twofactor_new (
  user_uuid TEXT NOT NULL REFERENCES users (uuid) ON DELETE CASCADE,
  atype     INTEGER NOT NULL,
  enabled   BOOLEAN NOT NULL DEFAULT 1,
  data      TEXT NOT NULL,
  last_used INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (user_uuid, atype)
);
INSERT INTO twofactor_new SELECT user_uuid, atype, enabled, data, last_used FROM twofactor;
DROP TABLE twofactor;
ALTER TABLE twofactor_new RENAME TO twofactor;
