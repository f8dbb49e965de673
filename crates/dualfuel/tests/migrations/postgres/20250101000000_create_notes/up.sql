CREATE TABLE notes (
    org_id uuid NOT NULL DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid,
    id     uuid NOT NULL,
    body   text COLLATE "C" NOT NULL,
    pinned boolean NOT NULL DEFAULT false,
    PRIMARY KEY (org_id, id)
);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes FORCE ROW LEVEL SECURITY;
CREATE POLICY notes_org ON notes
    USING (org_id = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);
