-- dualfuel: tenant
CREATE TABLE app_instances (
    client_id     TEXT NOT NULL PRIMARY KEY,
    -- One row an org: the key of org and this.
    only_one      SMALLINT NOT NULL DEFAULT 1,
    secret_cipher BLOB NOT NULL,
    secret_salt   BLOB NOT NULL,
    secret_nonce  BLOB NOT NULL,
    status        TEXT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    updated_at    TIMESTAMPTZ NOT NULL,
    CONSTRAINT app_instances_only_one_key UNIQUE (only_one),
    CONSTRAINT app_instances_only_one_check CHECK (only_one = 1),
    CONSTRAINT app_instances_status_check CHECK (status IN ('setup', 'ready', 'resource-admin'))
);
