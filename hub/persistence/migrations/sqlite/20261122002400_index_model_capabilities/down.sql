-- Rendered by dualfuel from 20261122002400_index_model_capabilities/up.sql; do not edit.

DROP INDEX "model_metadata_function_calling_idx";

DROP INDEX "model_metadata_audio_idx";

DROP INDEX "model_metadata_vision_idx";
