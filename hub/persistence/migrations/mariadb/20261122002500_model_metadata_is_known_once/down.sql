-- Rendered by dualfuel from 20261122002500_model_metadata_is_known_once/up.sql; do not edit.

ALTER TABLE `model_metadata` DROP INDEX `model_metadata_source_key`;

ALTER TABLE `model_metadata` DROP COLUMN `api_model_id_key`;

ALTER TABLE `model_metadata` DROP COLUMN `snapshot_key`;

ALTER TABLE `model_metadata` DROP COLUMN `filename_key`;

ALTER TABLE `model_metadata` DROP COLUMN `repo_key`;
