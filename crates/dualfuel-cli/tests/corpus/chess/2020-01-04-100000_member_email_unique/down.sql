DROP INDEX members_fide_key;
DROP INDEX members_email_key;
