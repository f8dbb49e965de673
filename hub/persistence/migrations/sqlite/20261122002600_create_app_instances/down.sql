-- Rendered by dualfuel from 20261122002600_create_app_instances/up.sql; do not edit.

DROP TABLE "app_instances";
