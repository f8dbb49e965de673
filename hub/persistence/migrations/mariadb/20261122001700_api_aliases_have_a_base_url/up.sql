-- Rendered by dualfuel from 20261122001700_api_aliases_have_a_base_url/up.sql; do not edit.

ALTER TABLE `api_model_aliases` RENAME COLUMN `url` TO `base_url`;

ALTER TABLE `api_model_aliases` ADD COLUMN `dualfuel_new_models` json;

UPDATE `api_model_aliases` SET `dualfuel_new_models` = `models`;

ALTER TABLE `api_model_aliases`
    DROP COLUMN `models`,
    CHANGE COLUMN `dualfuel_new_models` `models` json NOT NULL AFTER `base_url`;

ALTER TABLE `api_model_aliases` ADD COLUMN `forward_all_with_prefix` boolean NOT NULL DEFAULT FALSE;
