-- Rendered by dualfuel from 20261122002500_model_metadata_is_known_once/up.sql; do not edit.

SET LOCAL row_security = off;

ALTER TABLE "model_metadata" ADD COLUMN "repo_key" text COLLATE "C" GENERATED ALWAYS AS (COALESCE("repo", '')) STORED NOT NULL;

ALTER TABLE "model_metadata" ADD COLUMN "filename_key" text COLLATE "C" GENERATED ALWAYS AS (COALESCE("filename", '')) STORED NOT NULL;

ALTER TABLE "model_metadata" ADD COLUMN "snapshot_key" text COLLATE "C" GENERATED ALWAYS AS (COALESCE("snapshot", '')) STORED NOT NULL;

ALTER TABLE "model_metadata" ADD COLUMN "api_model_id_key" text COLLATE "C" GENERATED ALWAYS AS (COALESCE("api_model_id", '')) STORED NOT NULL;

ALTER TABLE "model_metadata" ADD CONSTRAINT "model_metadata_source_key" UNIQUE ("org_id", "source", "repo_key", "filename_key", "snapshot_key", "api_model_id_key");
