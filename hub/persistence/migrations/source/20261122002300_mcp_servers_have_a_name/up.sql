-- A server without a name was shown by its address; now it says so itself.
-- dualfuel: every org
UPDATE mcp_servers SET name = '' WHERE name IS NULL;
ALTER TABLE mcp_servers ALTER COLUMN name SET DEFAULT '';
ALTER TABLE mcp_servers ALTER COLUMN name SET NOT NULL;
