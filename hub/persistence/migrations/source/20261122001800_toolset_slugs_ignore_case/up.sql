ALTER TABLE toolsets DROP CONSTRAINT toolsets_slug_key;
CREATE UNIQUE INDEX toolsets_slug_ci_key ON toolsets (user_id, lower(slug));
