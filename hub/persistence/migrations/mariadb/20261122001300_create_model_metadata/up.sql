-- Rendered by dualfuel from 20261122001300_create_model_metadata/up.sql; do not edit.

CREATE TABLE `model_metadata` (
    `org_id` uuid NOT NULL,
    `id` uuid NOT NULL,
    `source` longtext NOT NULL,
    `repo` longtext,
    `filename` longtext,
    `snapshot` longtext,
    `api_model_id` longtext,
    `vision` boolean,
    `audio` boolean,
    `thinking` boolean,
    `function_calling` boolean,
    `structured_output` boolean,
    `context_max_input_tokens` bigint,
    `context_max_output_tokens` bigint,
    `architecture` json,
    `additional` json,
    `chat_template` longtext,
    `extracted_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`org_id`, `id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
