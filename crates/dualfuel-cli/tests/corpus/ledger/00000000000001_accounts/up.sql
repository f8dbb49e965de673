CREATE TABLE accounts (
    id          INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    code        TEXT NOT NULL UNIQUE CHECK (length(code) BETWEEN 3 AND 12),
    name        TEXT NOT NULL,
    kind        TEXT CHECK (kind IN ('asset', 'liability', 'equity', 'income', 'expense')) NOT NULL,
    parent      INTEGER REFERENCES accounts (id) ON DELETE RESTRICT,
    closed      BOOLEAN NOT NULL DEFAULT 0,
    opened_on   DATE NOT NULL DEFAULT (date('now')),
    CHECK (parent IS NULL OR parent <> id)
);
