create index entries_title_lower on entries (lower(title));
create unique index users_login_lower on users (lower(login));
