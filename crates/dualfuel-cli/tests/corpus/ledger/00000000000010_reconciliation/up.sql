CREATE TABLE statements (
    id          INTEGER PRIMARY KEY NOT NULL,
    account_id  INTEGER NOT NULL REFERENCES accounts (id),
    "from"      DATE NOT NULL,
    "to"        DATE NOT NULL,
    cents_start BIGINT NOT NULL,
    cents_end   BIGINT NOT NULL,
    CONSTRAINT statements_do_not_run_backwards_and_begin_on_a_day_before_they_end CHECK ("from" < "to"),
    CONSTRAINT statements_of_an_account_are_told_apart_by_the_day_on_which_they_begin UNIQUE (account_id, "from")
);
ALTER TABLE postings ADD COLUMN statement_id INTEGER REFERENCES statements (id) ON DELETE SET NULL;
CREATE INDEX postings_that_are_not_yet_on_any_statement_of_the_bank_by_account ON postings (account_id) WHERE statement_id IS NULL;
