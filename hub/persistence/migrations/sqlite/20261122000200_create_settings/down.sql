-- Rendered by dualfuel from 20261122000200_create_settings/up.sql; do not edit.

DROP TABLE "settings";
