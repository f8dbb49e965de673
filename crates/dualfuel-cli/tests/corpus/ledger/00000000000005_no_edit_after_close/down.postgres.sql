DROP TRIGGER postings_closed_account ON postings;
DROP FUNCTION postings_closed_account();
