DROP TRIGGER postings_closed_account;
