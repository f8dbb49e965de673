-- Rendered by dualfuel from 20261122002400_index_model_capabilities/up.sql; do not edit.

ALTER TABLE `model_metadata` DROP INDEX `model_metadata_function_calling_idx`;

ALTER TABLE `model_metadata` DROP INDEX `model_metadata_audio_idx`;

ALTER TABLE `model_metadata` DROP INDEX `model_metadata_vision_idx`;
