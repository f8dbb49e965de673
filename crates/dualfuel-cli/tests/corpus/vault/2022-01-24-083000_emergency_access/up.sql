CREATE TABLE emergency_access (
  uuid                  TEXT     NOT NULL PRIMARY KEY,
  grantor_uuid          TEXT REFERENCES users (uuid),
  grantee_uuid          TEXT REFERENCES users (uuid),
  email                 TEXT,
  key_encrypted         TEXT,
  atype                 INTEGER  NOT NULL,
  status                INTEGER  NOT NULL,
  wait_time_days        INTEGER  NOT NULL,
  recovery_initiated_at DATETIME,
  updated_at            DATETIME NOT NULL,
  created_at            DATETIME NOT NULL,
  CONSTRAINT not_yourself CHECK (grantor_uuid <> grantee_uuid),
  CONSTRAINT email_or_grantee CHECK (email IS NOT NULL OR grantee_uuid IS NOT NULL)
);
