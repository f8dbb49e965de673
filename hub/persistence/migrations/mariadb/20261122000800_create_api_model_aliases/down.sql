-- Rendered by dualfuel from 20261122000800_create_api_model_aliases/up.sql; do not edit.

ALTER TABLE `api_model_aliases` DROP INDEX `api_model_aliases_updated_at_idx`;

ALTER TABLE `api_model_aliases` DROP INDEX `api_model_aliases_api_format_idx`;

ALTER TABLE `api_model_aliases`
    DROP COLUMN `dualfuel_guard_api_model_aliases_prefix_key_1`,
    DROP INDEX `api_model_aliases_prefix_key`;

DROP TABLE `api_model_aliases`;
