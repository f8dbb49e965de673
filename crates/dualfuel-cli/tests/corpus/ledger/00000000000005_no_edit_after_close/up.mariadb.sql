CREATE TRIGGER postings_closed_account BEFORE INSERT ON postings
FOR EACH ROW
BEGIN
    IF (SELECT closed FROM accounts WHERE id = NEW.account_id) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the account is closed';
    END IF;
END;
