-- Bookings of a closed account stay as they are.
CREATE TRIGGER postings_closed_account BEFORE INSERT ON postings
FOR EACH ROW WHEN (SELECT closed FROM accounts WHERE id = NEW.account_id)
BEGIN
    SELECT RAISE(ABORT, 'the account is closed');
END;
