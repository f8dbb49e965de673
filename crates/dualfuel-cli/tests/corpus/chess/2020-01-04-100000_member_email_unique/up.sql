CREATE UNIQUE INDEX members_email_key ON members (email);
CREATE UNIQUE INDEX members_fide_key ON members (fide_id) WHERE fide_id IS NOT NULL;
