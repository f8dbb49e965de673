-- Rendered by dualfuel from 20261122000100_create_organisations/up.sql; do not edit.

CREATE TABLE "organisations" (
    "id" uuid NOT NULL,
    "slug" text COLLATE "C" NOT NULL,
    "name" text COLLATE "C" NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "organisations_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "organisations" ADD COLUMN "slug_ci" text COLLATE "C" GENERATED ALWAYS AS (lower("slug")) STORED NOT NULL;

CREATE UNIQUE INDEX "organisations_slug_ci_key" ON "organisations" ("slug_ci");
