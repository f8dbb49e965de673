-- Rendered by dualfuel from 20261122001300_create_model_metadata/up.sql; do not edit.

SET LOCAL row_security = off;

CREATE TABLE "model_metadata" (
    "org_id" uuid DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid NOT NULL,
    "id" uuid NOT NULL,
    "source" text COLLATE "C" NOT NULL,
    "repo" text COLLATE "C",
    "filename" text COLLATE "C",
    "snapshot" text COLLATE "C",
    "api_model_id" text COLLATE "C",
    "vision" boolean,
    "audio" boolean,
    "thinking" boolean,
    "function_calling" boolean,
    "structured_output" boolean,
    "context_max_input_tokens" bigint,
    "context_max_output_tokens" bigint,
    "architecture" jsonb,
    "additional" jsonb,
    "chat_template" text COLLATE "C",
    "extracted_at" timestamptz NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "model_metadata_pkey" PRIMARY KEY ("org_id", "id")
);

ALTER TABLE "model_metadata" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "model_metadata" FORCE ROW LEVEL SECURITY;

CREATE POLICY "model_metadata_org" ON "model_metadata" FOR ALL
    USING ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);
