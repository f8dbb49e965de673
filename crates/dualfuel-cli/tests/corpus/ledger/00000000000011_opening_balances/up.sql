INSERT INTO transactions (booked_at, text, reference) VALUES ('2022-01-01 00:00:00', 'Opening balances', 'OPENING');
WITH totals AS (
    SELECT account_id, SUM(cents) AS cents FROM postings GROUP BY account_id
), numbered AS (
    SELECT account_id, cents, ROW_NUMBER() OVER (ORDER BY account_id) AS line FROM totals WHERE cents <> 0
)
INSERT INTO postings (transaction_id, line, account_id, cents)
SELECT t.id, n.line, n.account_id, n.cents
FROM numbered n CROSS JOIN transactions t
WHERE t.reference = 'OPENING';
