create table enclosures (
    entry_id integer not null references entries(id) on delete cascade,
    url text not null,
    mime_type text,
    length integer check (length is null or length >= 0),
    primary key (entry_id, url)
);
