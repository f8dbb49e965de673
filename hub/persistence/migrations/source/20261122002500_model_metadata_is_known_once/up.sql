-- An upsert takes two NULLs for one file, which a unique key does not. So the
-- key is of columns that have '' for NULL; no part of a file's name is empty.
ALTER TABLE model_metadata
    ADD COLUMN repo_key TEXT NOT NULL GENERATED ALWAYS AS (coalesce(repo, '')) STORED;
ALTER TABLE model_metadata
    ADD COLUMN filename_key TEXT NOT NULL GENERATED ALWAYS AS (coalesce(filename, '')) STORED;
ALTER TABLE model_metadata
    ADD COLUMN snapshot_key TEXT NOT NULL GENERATED ALWAYS AS (coalesce(snapshot, '')) STORED;
ALTER TABLE model_metadata
    ADD COLUMN api_model_id_key TEXT NOT NULL GENERATED ALWAYS AS (coalesce(api_model_id, '')) STORED;
ALTER TABLE model_metadata ADD CONSTRAINT model_metadata_source_key
    UNIQUE (source, repo_key, filename_key, snapshot_key, api_model_id_key);
