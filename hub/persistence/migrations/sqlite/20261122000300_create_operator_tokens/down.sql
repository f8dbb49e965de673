-- Rendered by dualfuel from 20261122000300_create_operator_tokens/up.sql; do not edit.

DROP TABLE "operator_tokens";
