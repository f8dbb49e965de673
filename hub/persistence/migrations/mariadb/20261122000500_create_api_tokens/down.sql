-- Rendered by dualfuel from 20261122000500_create_api_tokens/up.sql; do not edit.

ALTER TABLE `api_tokens` DROP INDEX `api_tokens_user_id_idx`;

DROP TABLE `api_tokens`;
