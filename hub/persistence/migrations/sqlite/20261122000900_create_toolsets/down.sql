-- Rendered by dualfuel from 20261122000900_create_toolsets/up.sql; do not edit.

DROP TABLE "app_toolset_configs";

DROP INDEX "toolsets_toolset_type_idx";

DROP TABLE "toolsets";
