-- Rendered by dualfuel from 20261122002400_index_model_capabilities/up.sql; do not edit.

CREATE INDEX "model_metadata_vision_idx" ON "model_metadata" ("repo", "org_id") WHERE "vision";

CREATE INDEX "model_metadata_audio_idx" ON "model_metadata" ("repo", "org_id") WHERE "audio";

CREATE INDEX "model_metadata_function_calling_idx" ON "model_metadata" ("repo", "org_id") WHERE "function_calling";
