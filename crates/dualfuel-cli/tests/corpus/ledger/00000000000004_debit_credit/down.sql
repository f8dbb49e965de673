DROP VIEW balances;
ALTER TABLE postings DROP COLUMN credit;
ALTER TABLE postings DROP COLUMN debit;
