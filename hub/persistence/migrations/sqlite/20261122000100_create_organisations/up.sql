-- Rendered by dualfuel from 20261122000100_create_organisations/up.sql; do not edit.

CREATE TABLE "organisations" (
    "id" UUID_TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("id")
);

ALTER TABLE "organisations" ADD COLUMN "slug_ci" TEXT NOT NULL GENERATED ALWAYS AS (lower("slug")) VIRTUAL;

CREATE UNIQUE INDEX "organisations_slug_ci_key" ON "organisations" ("slug_ci");
