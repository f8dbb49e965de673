-- A header belongs to a server, and several instances may use it.
-- dualfuel: tenant
CREATE TABLE mcp_auth_headers (
    id            UUID NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL DEFAULT 'Header',
    mcp_server_id UUID NOT NULL REFERENCES mcp_servers (id) ON DELETE CASCADE,
    header_key    TEXT NOT NULL,
    secret_cipher BLOB NOT NULL,
    secret_salt   BLOB NOT NULL,
    secret_nonce  BLOB NOT NULL,
    created_by    TEXT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    updated_at    TIMESTAMPTZ NOT NULL
);

-- Each header so far becomes a row under its instance's id, and its name says
-- whose it was: two instances of one server may not share a name.
-- dualfuel: every org
INSERT INTO mcp_auth_headers
    (org_id, id, name, mcp_server_id, header_key, secret_cipher, secret_salt, secret_nonce,
     created_by, created_at, updated_at)
SELECT org_id, id, 'Header of ' || created_by || '/' || slug, mcp_server_id, header_key,
       header_cipher, header_salt, header_nonce, created_by, created_at, updated_at
FROM mcps
WHERE header_key IS NOT NULL AND header_cipher IS NOT NULL
  AND header_salt IS NOT NULL AND header_nonce IS NOT NULL;

CREATE UNIQUE INDEX mcp_auth_headers_name_ci_key ON mcp_auth_headers (mcp_server_id, lower(name));

ALTER TABLE mcps ADD COLUMN auth_type TEXT NOT NULL DEFAULT 'public';
ALTER TABLE mcps ADD COLUMN auth_header_id UUID;

-- dualfuel: every org
UPDATE mcps SET auth_type = 'header', auth_header_id = id
WHERE EXISTS (
    SELECT 1 FROM mcp_auth_headers
    WHERE mcp_auth_headers.org_id = mcps.org_id AND mcp_auth_headers.id = mcps.id
);

ALTER TABLE mcps ADD CONSTRAINT mcps_auth_header_id_fkey
    FOREIGN KEY (auth_header_id) REFERENCES mcp_auth_headers (id);
CREATE INDEX mcps_auth_header_id_idx ON mcps (auth_header_id);
ALTER TABLE mcps DROP COLUMN header_key;
ALTER TABLE mcps DROP COLUMN header_cipher;
ALTER TABLE mcps DROP COLUMN header_salt;
ALTER TABLE mcps DROP COLUMN header_nonce;
