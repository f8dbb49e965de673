-- dualfuel: tenant
CREATE TABLE mcps (
    id            UUID NOT NULL PRIMARY KEY,
    created_by    TEXT NOT NULL,
    mcp_server_id UUID NOT NULL REFERENCES mcp_servers (id),
    name          TEXT NOT NULL,
    slug          TEXT NOT NULL,
    description   TEXT,
    enabled       BOOLEAN NOT NULL DEFAULT TRUE,
    tools_cache   JSON,
    tools_filter  JSON,
    -- The header that this instance is authorised with, if any.
    header_key    TEXT,
    header_cipher BLOB,
    header_salt   BLOB,
    header_nonce  BLOB,
    created_at    TIMESTAMPTZ NOT NULL,
    updated_at    TIMESTAMPTZ NOT NULL
);

CREATE UNIQUE INDEX mcps_slug_ci_key ON mcps (created_by, lower(slug));
CREATE INDEX mcps_mcp_server_id_idx ON mcps (mcp_server_id);
