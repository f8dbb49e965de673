-- Rendered by dualfuel from 20261122002200_mcps_may_use_oauth/up.sql; do not edit.

ALTER TABLE `mcps` ADD COLUMN `auth_oauth_config_id` uuid AFTER `auth_header_id`;

ALTER TABLE `mcps` ADD KEY `mcps_auth_oauth_config_id_fkey` (`org_id`, `auth_oauth_config_id`);

ALTER TABLE `mcps` ADD CONSTRAINT `mcps_auth_oauth_config_id_fkey` FOREIGN KEY (`org_id`, `auth_oauth_config_id`) REFERENCES `mcp_oauth_configs` (`org_id`, `id`);

ALTER TABLE `mcps` RENAME INDEX `mcps_auth_oauth_config_id_fkey` TO `mcps_auth_oauth_config_id_idx`;

ALTER TABLE `mcps` ADD CONSTRAINT `mcps_auth_type_check` CHECK (`auth_type` IN ('public', 'header', 'oauth'));

ALTER TABLE `mcps` ADD CONSTRAINT `mcps_auth_check` CHECK (`auth_type` = 'public' AND `auth_header_id` IS NULL AND `auth_oauth_config_id` IS NULL OR `auth_type` = 'header' AND `auth_header_id` IS NOT NULL AND `auth_oauth_config_id` IS NULL OR `auth_type` = 'oauth' AND `auth_header_id` IS NULL AND `auth_oauth_config_id` IS NOT NULL);
