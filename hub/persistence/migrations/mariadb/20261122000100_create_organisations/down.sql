-- Rendered by dualfuel from 20261122000100_create_organisations/up.sql; do not edit.

ALTER TABLE `organisations`
    DROP INDEX `organisations_slug_ci_key`,
    DROP COLUMN `slug_ci`;

DROP TABLE `organisations`;
