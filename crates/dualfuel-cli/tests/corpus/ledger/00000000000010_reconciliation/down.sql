DROP INDEX postings_that_are_not_yet_on_any_statement_of_the_bank_by_account;
ALTER TABLE postings DROP COLUMN statement_id;
DROP TABLE statements;
