-- Rendered by dualfuel from 20261122001800_toolset_slugs_ignore_case/up.sql; do not edit.

ALTER TABLE `toolsets`
    DROP INDEX `toolsets_slug_ci_key`,
    DROP COLUMN `slug_ci`;

ALTER TABLE `toolsets` ADD UNIQUE KEY `toolsets_slug_key` (`org_id`, `user_id`, `slug`);
