-- Rendered by dualfuel from 20261122002400_index_model_capabilities/up.sql; do not edit.

ALTER TABLE `model_metadata` ADD KEY `model_metadata_vision_idx` (`org_id`, `repo`(191)) COMMENT 'dualfuel: where `vision`';

ALTER TABLE `model_metadata` ADD KEY `model_metadata_audio_idx` (`org_id`, `repo`(191)) COMMENT 'dualfuel: where `audio`';

ALTER TABLE `model_metadata` ADD KEY `model_metadata_function_calling_idx` (`org_id`, `repo`(191)) COMMENT 'dualfuel: where `function_calling`';
