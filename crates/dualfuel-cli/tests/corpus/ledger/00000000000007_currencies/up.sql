CREATE TABLE currencies (
    iso    CHAR(3) PRIMARY KEY NOT NULL CHECK (iso = upper(iso)),
    digits TINYINT NOT NULL DEFAULT 2 CHECK (digits >= 0 AND digits <= 4),
    symbol TEXT
);
INSERT INTO currencies (iso, digits, symbol) VALUES ('EUR', 2, '€'), ('CHF', 2, NULL), ('JPY', 0, '¥');
ALTER TABLE accounts ADD COLUMN currency CHAR(3) NOT NULL DEFAULT 'EUR';
-- the reference can't come with NOT NULL and a default while foreign keys are on, so: rebuild
PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "accounts_new" (
    id          INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    code        TEXT NOT NULL UNIQUE CHECK (length(code) BETWEEN 3 AND 12),
    name        TEXT NOT NULL,
    kind        TEXT CHECK (kind IN ('asset', 'liability', 'equity', 'income', 'expense')) NOT NULL,
    parent      INTEGER REFERENCES accounts (id) ON DELETE RESTRICT,
    closed      BOOLEAN NOT NULL DEFAULT 0,
    opened_on   DATE NOT NULL DEFAULT (date('now')),
    currency    CHAR(3) NOT NULL DEFAULT 'EUR' REFERENCES currencies (iso) ON UPDATE CASCADE,
    CHECK (parent IS NULL OR parent <> id)
);
DROP VIEW balances;
DROP TRIGGER postings_closed_account;
INSERT INTO "accounts_new" (id, code, name, kind, parent, closed, opened_on, currency)
    SELECT id, code, name, kind, parent, closed, opened_on, currency FROM accounts;
DROP TABLE accounts;
ALTER TABLE "accounts_new" RENAME TO "accounts";
CREATE VIEW balances AS
    SELECT a.id, a.code, a.name, COALESCE(SUM(p.cents), 0) AS balance
    FROM accounts a LEFT JOIN postings p ON p.account_id = a.id
    GROUP BY a.id, a.code, a.name
    HAVING COUNT(p.line) > 0;
PRAGMA foreign_key_check;
COMMIT;
PRAGMA foreign_keys=ON;
