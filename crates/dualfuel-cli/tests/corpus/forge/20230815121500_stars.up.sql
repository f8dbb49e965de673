CREATE TABLE IF NOT EXISTS stars (
    user_id bigint NOT NULL,
    repository_id bigint NOT NULL,
    starred_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE ONLY stars ADD CONSTRAINT stars_pkey PRIMARY KEY (user_id, repository_id);
ALTER TABLE ONLY stars ADD CONSTRAINT stars_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;
ALTER TABLE ONLY stars ADD CONSTRAINT stars_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES repositories (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
