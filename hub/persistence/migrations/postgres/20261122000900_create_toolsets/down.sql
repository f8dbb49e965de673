-- Rendered by dualfuel from 20261122000900_create_toolsets/up.sql; do not edit.

SET LOCAL row_security = off;

DROP TABLE "app_toolset_configs";

DROP INDEX "toolsets_toolset_type_idx";

DROP TABLE "toolsets";
