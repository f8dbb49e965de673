-- dualfuel: tenant
CREATE TABLE mcp_servers (
    id          UUID NOT NULL PRIMARY KEY,
    url         TEXT NOT NULL,
    name        TEXT,
    description TEXT,
    enabled     BOOLEAN NOT NULL DEFAULT FALSE,
    created_by  TEXT NOT NULL,
    updated_by  TEXT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    updated_at  TIMESTAMPTZ NOT NULL
);

CREATE UNIQUE INDEX mcp_servers_url_ci_key ON mcp_servers (lower(url));
