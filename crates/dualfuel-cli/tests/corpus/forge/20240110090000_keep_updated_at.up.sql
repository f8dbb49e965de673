CREATE EXTENSION IF NOT EXISTS pgcrypto;

CREATE OR REPLACE FUNCTION forge_touch() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at = now();
    RETURN NEW;
END;
$$;

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = 'labels' AND column_name = 'updated_at'
    ) THEN
        ALTER TABLE labels ADD COLUMN updated_at timestamptz;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'labels_name_short') THEN
        ALTER TABLE labels ADD CONSTRAINT labels_name_short CHECK (char_length(name) <= 60);
    END IF;
END $$;

DO $$ BEGIN
    CREATE TYPE label_scope AS ENUM ('issues', 'merge_requests');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END $$;

ALTER TABLE labels ADD COLUMN IF NOT EXISTS scope label_scope NOT NULL DEFAULT 'issues';
ALTER TABLE favourites ADD COLUMN updated_at timestamptz;

-- One name, a trigger each.
CREATE TRIGGER keep_updated_at BEFORE UPDATE ON labels
    FOR EACH ROW EXECUTE FUNCTION forge_touch();
CREATE TRIGGER keep_updated_at BEFORE UPDATE ON favourites
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE PROCEDURE forge_touch();
