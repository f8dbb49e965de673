ALTER TABLE users DROP COLUMN stamp_exception;
ALTER TABLE users DROP COLUMN email_new;
ALTER TABLE users DROP COLUMN login_verify_count;
ALTER TABLE users DROP COLUMN verified_at;
ALTER TABLE users DROP COLUMN enabled;
