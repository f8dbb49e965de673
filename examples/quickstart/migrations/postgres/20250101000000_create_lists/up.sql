-- On PostgreSQL the scope's organisation is a setting of the transaction: it fills
-- `org_id` of new rows, and the policies show its rows alone.
CREATE TABLE lists (
    org_id uuid NOT NULL DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid,
    id     uuid NOT NULL,
    title  text COLLATE "C" NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, title)
);

CREATE TABLE items (
    org_id  uuid NOT NULL DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid,
    id      uuid NOT NULL,
    list_id uuid NOT NULL,
    body    text COLLATE "C" NOT NULL,
    done    boolean NOT NULL DEFAULT false,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, list_id) REFERENCES lists (org_id, id) ON DELETE CASCADE
);

ALTER TABLE lists ENABLE ROW LEVEL SECURITY;
ALTER TABLE lists FORCE ROW LEVEL SECURITY;
CREATE POLICY org ON lists
    USING (org_id = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);

ALTER TABLE items ENABLE ROW LEVEL SECURITY;
ALTER TABLE items FORCE ROW LEVEL SECURITY;
CREATE POLICY org ON items
    USING (org_id = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);
