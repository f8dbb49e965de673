-- Rendered by dualfuel from 20261122002500_model_metadata_is_known_once/up.sql; do not edit.

ALTER TABLE `model_metadata` ADD COLUMN `repo_key` longtext GENERATED ALWAYS AS (COALESCE(`repo`, '')) STORED;

ALTER TABLE `model_metadata` ADD COLUMN `filename_key` longtext GENERATED ALWAYS AS (COALESCE(`filename`, '')) STORED;

ALTER TABLE `model_metadata` ADD COLUMN `snapshot_key` longtext GENERATED ALWAYS AS (COALESCE(`snapshot`, '')) STORED;

ALTER TABLE `model_metadata` ADD COLUMN `api_model_id_key` longtext GENERATED ALWAYS AS (COALESCE(`api_model_id`, '')) STORED;

ALTER TABLE `model_metadata` ADD UNIQUE KEY `model_metadata_source_key` (`org_id`, `source`, `repo_key`, `filename_key`, `snapshot_key`, `api_model_id_key`);
