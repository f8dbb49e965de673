-- Rendered by dualfuel from 20261122001300_create_model_metadata/up.sql; do not edit.

CREATE TABLE "model_metadata" (
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
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "model_metadata_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001')
);
