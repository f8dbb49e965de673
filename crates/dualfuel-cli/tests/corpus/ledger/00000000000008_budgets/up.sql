CREATE TABLE budgets (
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    year       INTEGER NOT NULL CHECK (year > 1999),
    month      INTEGER NOT NULL CHECK (month BETWEEN 1 AND 12),
    cents      BIGINT NOT NULL DEFAULT 0,
    first_day  TEXT GENERATED ALWAYS AS (year || '-' || substr('0' || month, -2) || '-01') STORED,
    PRIMARY KEY (account_id, year, month)
);
