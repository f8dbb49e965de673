-- On SQLite one file is one organisation: `org_id` is the same constant in all of them.
CREATE TABLE lists (
    org_id TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001'
        CHECK (org_id = '00000000-0000-0000-0000-000000000001'),
    id     TEXT NOT NULL,
    title  TEXT NOT NULL,
    PRIMARY KEY (id, org_id),
    UNIQUE (title, org_id)
);

CREATE TABLE items (
    org_id  TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001'
        CHECK (org_id = '00000000-0000-0000-0000-000000000001'),
    id      TEXT NOT NULL,
    list_id TEXT NOT NULL,
    body    TEXT NOT NULL,
    done    INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),
    PRIMARY KEY (id, org_id),
    FOREIGN KEY (list_id, org_id) REFERENCES lists (id, org_id) ON DELETE CASCADE
);
