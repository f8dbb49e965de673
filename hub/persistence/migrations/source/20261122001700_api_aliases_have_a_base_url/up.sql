ALTER TABLE api_model_aliases RENAME COLUMN url TO base_url;
ALTER TABLE api_model_aliases ALTER COLUMN models TYPE JSON;
ALTER TABLE api_model_aliases
    ADD COLUMN forward_all_with_prefix BOOLEAN NOT NULL DEFAULT FALSE;
