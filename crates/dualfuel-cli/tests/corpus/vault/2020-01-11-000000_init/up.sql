CREATE TABLE users (
  uuid           TEXT NOT NULL PRIMARY KEY,
  created_at     DATETIME NOT NULL,
  email          TEXT NOT NULL UNIQUE,
  name           TEXT NOT NULL,
  password_hash  BLOB NOT NULL,
  salt           BLOB NOT NULL,
  iterations     INTEGER NOT NULL,
  password_hint  TEXT,
  key            TEXT NOT NULL,
  private_key    TEXT,
  public_key     TEXT,
  equivalent_domains TEXT NOT NULL DEFAULT '[]'
);

CREATE TABLE devices (
  uuid          TEXT NOT NULL PRIMARY KEY,
  user_uuid     TEXT NOT NULL REFERENCES users (uuid),
  created_at    DATETIME NOT NULL,
  updated_at    DATETIME NOT NULL,
  name          TEXT NOT NULL,
  type          INTEGER NOT NULL,
  push_token    TEXT UNIQUE,
  refresh_token TEXT NOT NULL UNIQUE
);

CREATE TABLE folders (
  uuid       TEXT NOT NULL PRIMARY KEY,
  user_uuid  TEXT NOT NULL REFERENCES users (uuid),
  name       TEXT NOT NULL
);

CREATE TABLE items (
  uuid         TEXT NOT NULL PRIMARY KEY,
  created_at   DATETIME NOT NULL,
  updated_at   DATETIME NOT NULL,
  user_uuid    TEXT NOT NULL REFERENCES users (uuid),
  folder_uuid  TEXT REFERENCES folders (uuid),
  kind         INTEGER NOT NULL,
  name         TEXT NOT NULL,
  notes        TEXT,
  fields       TEXT,
  data         TEXT NOT NULL,
  favorite     BOOLEAN NOT NULL
);
