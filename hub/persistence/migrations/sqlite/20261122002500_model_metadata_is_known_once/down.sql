-- Rendered by dualfuel from 20261122002500_model_metadata_is_known_once/up.sql; do not edit.

CREATE TABLE "dualfuel_new_model_metadata" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "repo" TEXT,
    "filename" TEXT,
    "snapshot" TEXT,
    "api_model_id" TEXT,
    "vision" BOOLEAN CHECK ("vision" IN (FALSE, TRUE)),
    "audio" BOOLEAN CHECK ("audio" IN (FALSE, TRUE)),
    "thinking" BOOLEAN CHECK ("thinking" IN (FALSE, TRUE)),
    "function_calling" BOOLEAN CHECK ("function_calling" IN (FALSE, TRUE)),
    "structured_output" BOOLEAN CHECK ("structured_output" IN (FALSE, TRUE)),
    "context_max_input_tokens" BIGINT,
    "context_max_output_tokens" BIGINT,
    "architecture" JSON_TEXT CHECK (json_valid("architecture")),
    "additional" JSON_TEXT CHECK (json_valid("additional")),
    "chat_template" TEXT,
    "extracted_at" TIMESTAMPTZ NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "repo_key" TEXT NOT NULL GENERATED ALWAYS AS (COALESCE("repo", '')) STORED,
    "filename_key" TEXT NOT NULL GENERATED ALWAYS AS (COALESCE("filename", '')) STORED,
    "snapshot_key" TEXT NOT NULL GENERATED ALWAYS AS (COALESCE("snapshot", '')) STORED,
    "api_model_id_key" TEXT NOT NULL GENERATED ALWAYS AS (COALESCE("api_model_id", '')) STORED,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "model_metadata_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001')
);

INSERT INTO "dualfuel_new_model_metadata" ("org_id", "id", "source", "repo", "filename", "snapshot", "api_model_id", "vision", "audio", "thinking", "function_calling", "structured_output", "context_max_input_tokens", "context_max_output_tokens", "architecture", "additional", "chat_template", "extracted_at", "created_at", "updated_at") SELECT "org_id", "id", "source", "repo", "filename", "snapshot", "api_model_id", "vision", "audio", "thinking", "function_calling", "structured_output", "context_max_input_tokens", "context_max_output_tokens", "architecture", "additional", "chat_template", "extracted_at", "created_at", "updated_at" FROM "model_metadata";

DROP TABLE "model_metadata";

ALTER TABLE "dualfuel_new_model_metadata" RENAME TO "model_metadata";

CREATE INDEX "model_metadata_vision_idx" ON "model_metadata" ("repo", "org_id") WHERE "vision";

CREATE INDEX "model_metadata_audio_idx" ON "model_metadata" ("repo", "org_id") WHERE "audio";

CREATE INDEX "model_metadata_function_calling_idx" ON "model_metadata" ("repo", "org_id") WHERE "function_calling";

ALTER TABLE "model_metadata" DROP COLUMN "api_model_id_key";

ALTER TABLE "model_metadata" DROP COLUMN "snapshot_key";

ALTER TABLE "model_metadata" DROP COLUMN "filename_key";

ALTER TABLE "model_metadata" DROP COLUMN "repo_key";
