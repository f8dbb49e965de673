-- UNIQUE on email must not care about case. No ALTER for that, so: the dance.
CREATE TABLE customer_new (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    phone      TEXT,
    email      TEXT COLLATE NOCASE UNIQUE,
    notes      TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "group"    INTEGER REFERENCES "group"(id)
);
INSERT INTO customer_new (id, name, phone, email, notes, created_at, "group")
SELECT id, name, phone, email, COALESCE(notes, ''), COALESCE(created_at, CURRENT_TIMESTAMP), "group"
FROM customer;
-- children would be orphans for a moment
PRAGMA defer_foreign_keys = ON;
DROP TABLE customer;
ALTER TABLE customer_new RENAME TO customer;
CREATE INDEX customer_by_group ON customer("group");
