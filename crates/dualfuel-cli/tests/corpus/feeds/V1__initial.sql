create table users (
    id integer primary key,
    login text not null unique,
    password_hash text not null,
    is_admin integer not null default 0 check (is_admin in (0, 1)),
    created_at integer not null default (unixepoch())
);

create table feeds (
    id integer primary key,
    user_id integer not null references users on delete cascade,
    url text not null,
    site_url text,
    title text,
    checked_at integer not null default 0,
    error text,
    unique (user_id, url)
);

create table entries (
    id integer primary key,
    feed_id integer not null references feeds(id) on delete cascade,
    guid text not null,
    url text,
    title text not null default '(untitled)',
    author text,
    content text,
    published_at integer not null,
    unique (feed_id, guid)
);
