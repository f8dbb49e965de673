-- Rendered by dualfuel from 20261122001400_settings_may_be_options/up.sql; do not edit.

SET LOCAL row_security = off;

ALTER TABLE "settings" DROP CONSTRAINT "settings_value_type_check";

ALTER TABLE "settings" ADD CONSTRAINT "settings_value_type_check" CHECK ("value_type" IN ('string', 'number', 'boolean'));
