CREATE FUNCTION postings_closed_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT closed FROM accounts WHERE id = NEW.account_id) THEN
        RAISE EXCEPTION 'the account is closed';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER postings_closed_account BEFORE INSERT ON postings
FOR EACH ROW EXECUTE FUNCTION postings_closed_account();
