-- Rendered by dualfuel from 20261122000600_create_user_aliases/up.sql; do not edit.

SET LOCAL row_security = off;

DROP TABLE "user_aliases";
