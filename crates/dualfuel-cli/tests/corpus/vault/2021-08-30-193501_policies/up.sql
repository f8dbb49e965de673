CREATE TABLE org_policies (
  uuid     TEXT NOT NULL PRIMARY KEY,
  org_uuid TEXT NOT NULL REFERENCES organizations (uuid),
  atype    INTEGER NOT NULL,
  enabled  BOOLEAN NOT NULL,
  data     TEXT NOT NULL,
  UNIQUE (org_uuid, atype)
);
