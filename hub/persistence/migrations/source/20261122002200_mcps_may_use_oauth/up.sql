ALTER TABLE mcps ADD COLUMN auth_oauth_config_id UUID;
ALTER TABLE mcps ADD CONSTRAINT mcps_auth_oauth_config_id_fkey
    FOREIGN KEY (auth_oauth_config_id) REFERENCES mcp_oauth_configs (id);
CREATE INDEX mcps_auth_oauth_config_id_idx ON mcps (auth_oauth_config_id);

-- The way to authorise and what it needs go together.
ALTER TABLE mcps ADD CONSTRAINT mcps_auth_type_check
    CHECK (auth_type IN ('public', 'header', 'oauth'));
ALTER TABLE mcps ADD CONSTRAINT mcps_auth_check CHECK (
    (auth_type = 'public' AND auth_header_id IS NULL AND auth_oauth_config_id IS NULL)
    OR (auth_type = 'header' AND auth_header_id IS NOT NULL AND auth_oauth_config_id IS NULL)
    OR (auth_type = 'oauth' AND auth_header_id IS NULL AND auth_oauth_config_id IS NOT NULL)
);
