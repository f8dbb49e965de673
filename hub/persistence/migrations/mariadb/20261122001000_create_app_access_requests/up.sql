-- Rendered by dualfuel from 20261122001000_create_app_access_requests/up.sql; do not edit.

CREATE TABLE `app_access_requests` (
    `org_id` uuid NOT NULL,
    `id` uuid NOT NULL,
    `app_client_id` longtext NOT NULL,
    `app_name` longtext,
    `app_description` longtext,
    `flow_type` longtext NOT NULL,
    `redirect_uri` longtext,
    `status` longtext NOT NULL,
    `requested` json NOT NULL,
    `approved` json,
    `user_id` longtext,
    `requested_role` longtext NOT NULL,
    `approved_role` longtext,
    `access_request_scope` longtext,
    `expires_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`org_id`, `id`),
    CONSTRAINT `app_access_requests_flow_type_check` CHECK (`flow_type` IN ('redirect', 'popup')),
    CONSTRAINT `app_access_requests_status_check` CHECK (`status` IN ('draft', 'approved', 'denied'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

ALTER TABLE `app_access_requests`
    ADD COLUMN `dualfuel_guard_app_access_requests_access_request_scope_key_1` tinyint GENERATED ALWAYS AS (CASE WHEN `access_request_scope` IS NOT NULL THEN 1 END) VIRTUAL,
    ADD UNIQUE KEY `app_access_requests_access_request_scope_key` (`org_id`, `access_request_scope`, `dualfuel_guard_app_access_requests_access_request_scope_key_1`);

ALTER TABLE `app_access_requests` ADD KEY `app_access_requests_status_idx` (`org_id`, `status`(191));

ALTER TABLE `app_access_requests` ADD KEY `app_access_requests_app_client_id_idx` (`org_id`, `app_client_id`(191));
