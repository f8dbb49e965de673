CREATE TABLE transactions (
    id        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    booked_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    text      TEXT NOT NULL DEFAULT '',
    reference TEXT UNIQUE
);

CREATE TABLE postings (
    transaction_id INTEGER NOT NULL,
    line           INTEGER NOT NULL,
    account_id     INTEGER NOT NULL,
    cents          BIGINT NOT NULL CHECK (cents != 0),
    CONSTRAINT postings_pk PRIMARY KEY (transaction_id, line),
    CONSTRAINT postings_transaction FOREIGN KEY (transaction_id) REFERENCES transactions (id) ON DELETE CASCADE,
    CONSTRAINT postings_account FOREIGN KEY (account_id) REFERENCES accounts (id)
);
CREATE INDEX postings_by_account ON postings (account_id, transaction_id);
