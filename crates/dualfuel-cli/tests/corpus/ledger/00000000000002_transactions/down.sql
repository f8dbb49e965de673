DROP TABLE postings;
DROP TABLE transactions;
