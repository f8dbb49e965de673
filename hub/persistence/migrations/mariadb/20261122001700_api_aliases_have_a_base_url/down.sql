-- Rendered by dualfuel from 20261122001700_api_aliases_have_a_base_url/up.sql; do not edit.

ALTER TABLE `api_model_aliases` DROP COLUMN `forward_all_with_prefix`;

ALTER TABLE `api_model_aliases` ADD COLUMN `dualfuel_new_models` longtext;

UPDATE `api_model_aliases` SET `dualfuel_new_models` = CAST(`models` AS char);

ALTER TABLE `api_model_aliases`
    DROP COLUMN `models`,
    CHANGE COLUMN `dualfuel_new_models` `models` longtext NOT NULL AFTER `base_url`;

ALTER TABLE `api_model_aliases` RENAME COLUMN `base_url` TO `url`;
