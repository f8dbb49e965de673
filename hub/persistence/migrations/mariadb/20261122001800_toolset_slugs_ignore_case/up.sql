-- Rendered by dualfuel from 20261122001800_toolset_slugs_ignore_case/up.sql; do not edit.

ALTER TABLE `toolsets` DROP INDEX `toolsets_slug_key`;

ALTER TABLE `toolsets`
    ADD COLUMN `slug_ci` longtext GENERATED ALWAYS AS (lower(`slug`)) VIRTUAL,
    ADD UNIQUE KEY `toolsets_slug_ci_key` (`org_id`, `user_id`, `slug_ci`);
