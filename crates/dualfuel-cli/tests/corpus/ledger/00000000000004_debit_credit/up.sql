ALTER TABLE postings ADD COLUMN debit BIGINT GENERATED ALWAYS AS (CASE WHEN cents > 0 THEN cents ELSE 0 END) VIRTUAL;
ALTER TABLE postings ADD COLUMN credit BIGINT GENERATED ALWAYS AS (CASE WHEN cents < 0 THEN -cents ELSE 0 END) VIRTUAL;
CREATE VIEW balances AS
    SELECT a.id, a.code, a.name, COALESCE(SUM(p.cents), 0) AS balance
    FROM accounts a LEFT JOIN postings p ON p.account_id = a.id
    GROUP BY a.id, a.code, a.name
    HAVING COUNT(p.line) > 0;
