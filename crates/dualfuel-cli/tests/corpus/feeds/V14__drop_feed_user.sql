drop view unread_counts;

create table feeds_tmp (
    id integer primary key,
    url text not null unique,
    site_url text,
    title text,
    checked_at integer not null default 0,
    error text,
    etag text,
    last_modified text,
    error_count integer not null default 0
);
insert into feeds_tmp (id, url, site_url, title, checked_at, error, etag, last_modified, error_count)
    select id, url, site_url, title, checked_at, error, etag, last_modified, error_count from feeds;
drop table feeds;
alter table feeds_tmp rename to feeds;
create index feeds_due on feeds (checked_at) where error_count < 10;
