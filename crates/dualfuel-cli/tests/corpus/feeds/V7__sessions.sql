create table sessions (
    token blob primary key not null check (length(token) = 32),
    user_id integer not null references users(id) on delete cascade,
    created_at integer not null default (unixepoch()),
    expires_at integer not null default (unixepoch() + 2592000),
    user_agent text
) strict;
create index sessions_expires on sessions (expires_at);
