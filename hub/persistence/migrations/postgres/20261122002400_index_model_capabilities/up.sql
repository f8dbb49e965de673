-- Rendered by dualfuel from 20261122002400_index_model_capabilities/up.sql; do not edit.

SET LOCAL row_security = off;

CREATE INDEX "model_metadata_vision_idx" ON "model_metadata" ("org_id", "repo") WHERE "vision";

CREATE INDEX "model_metadata_audio_idx" ON "model_metadata" ("org_id", "repo") WHERE "audio";

CREATE INDEX "model_metadata_function_calling_idx" ON "model_metadata" ("org_id", "repo") WHERE "function_calling";
