-- Rendered by dualfuel from 20261122002300_mcp_servers_have_a_name/up.sql; do not edit.
-- dualfuel: irreversible: rows that the migration changes stay changed

ALTER TABLE `mcp_servers` MODIFY COLUMN `name` longtext DEFAULT '';

ALTER TABLE `mcp_servers` MODIFY COLUMN `name` longtext;
