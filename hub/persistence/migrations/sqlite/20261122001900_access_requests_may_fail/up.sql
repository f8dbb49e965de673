-- Rendered by dualfuel from 20261122001900_access_requests_may_fail/up.sql; do not edit.

ALTER TABLE "app_access_requests" ADD COLUMN "error_message" TEXT;

CREATE TABLE "dualfuel_new_app_access_requests" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "app_client_id" TEXT NOT NULL,
    "app_name" TEXT,
    "app_description" TEXT,
    "flow_type" TEXT NOT NULL,
    "redirect_uri" TEXT,
    "status" TEXT NOT NULL,
    "requested" JSON_TEXT NOT NULL CHECK (json_valid("requested")),
    "approved" JSON_TEXT CHECK (json_valid("approved")),
    "user_id" TEXT,
    "requested_role" TEXT NOT NULL,
    "approved_role" TEXT,
    "access_request_scope" TEXT,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "error_message" TEXT,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "app_access_requests_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001'),
    CONSTRAINT "app_access_requests_flow_type_check" CHECK ("flow_type" IN ('redirect', 'popup'))
);

INSERT INTO "dualfuel_new_app_access_requests" ("org_id", "id", "app_client_id", "app_name", "app_description", "flow_type", "redirect_uri", "status", "requested", "approved", "user_id", "requested_role", "approved_role", "access_request_scope", "expires_at", "created_at", "updated_at", "error_message") SELECT "org_id", "id", "app_client_id", "app_name", "app_description", "flow_type", "redirect_uri", "status", "requested", "approved", "user_id", "requested_role", "approved_role", "access_request_scope", "expires_at", "created_at", "updated_at", "error_message" FROM "app_access_requests";

DROP TABLE "app_access_requests";

ALTER TABLE "dualfuel_new_app_access_requests" RENAME TO "app_access_requests";

CREATE UNIQUE INDEX "app_access_requests_access_request_scope_key" ON "app_access_requests" ("access_request_scope", "org_id") WHERE "access_request_scope" IS NOT NULL;

CREATE INDEX "app_access_requests_status_idx" ON "app_access_requests" ("status", "org_id");

CREATE INDEX "app_access_requests_app_client_id_idx" ON "app_access_requests" ("app_client_id", "org_id");

CREATE TABLE "dualfuel_new_app_access_requests" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "app_client_id" TEXT NOT NULL,
    "app_name" TEXT,
    "app_description" TEXT,
    "flow_type" TEXT NOT NULL,
    "redirect_uri" TEXT,
    "status" TEXT NOT NULL,
    "requested" JSON_TEXT NOT NULL CHECK (json_valid("requested")),
    "approved" JSON_TEXT CHECK (json_valid("approved")),
    "user_id" TEXT,
    "requested_role" TEXT NOT NULL,
    "approved_role" TEXT,
    "access_request_scope" TEXT,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "error_message" TEXT,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "app_access_requests_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001'),
    CONSTRAINT "app_access_requests_flow_type_check" CHECK ("flow_type" IN ('redirect', 'popup')),
    CONSTRAINT "app_access_requests_status_check" CHECK ("status" IN ('draft', 'approved', 'denied', 'failed'))
);

INSERT INTO "dualfuel_new_app_access_requests" ("org_id", "id", "app_client_id", "app_name", "app_description", "flow_type", "redirect_uri", "status", "requested", "approved", "user_id", "requested_role", "approved_role", "access_request_scope", "expires_at", "created_at", "updated_at", "error_message") SELECT "org_id", "id", "app_client_id", "app_name", "app_description", "flow_type", "redirect_uri", "status", "requested", "approved", "user_id", "requested_role", "approved_role", "access_request_scope", "expires_at", "created_at", "updated_at", "error_message" FROM "app_access_requests";

DROP TABLE "app_access_requests";

ALTER TABLE "dualfuel_new_app_access_requests" RENAME TO "app_access_requests";

CREATE UNIQUE INDEX "app_access_requests_access_request_scope_key" ON "app_access_requests" ("access_request_scope", "org_id") WHERE "access_request_scope" IS NOT NULL;

CREATE INDEX "app_access_requests_status_idx" ON "app_access_requests" ("status", "org_id");

CREATE INDEX "app_access_requests_app_client_id_idx" ON "app_access_requests" ("app_client_id", "org_id");
