-- Rendered by dualfuel from 20261122001300_create_model_metadata/up.sql; do not edit.

SET LOCAL row_security = off;

DROP TABLE "model_metadata";
