-- Rendered by dualfuel from 20261122000600_create_user_aliases/up.sql; do not edit.

DROP TABLE `user_aliases`;
