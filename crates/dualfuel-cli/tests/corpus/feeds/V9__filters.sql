create table filters (
    id integer primary key,
    user_id integer not null references users(id) on delete cascade,
    feed_id integer references feeds(id) on delete cascade, /* null: all */
    field text not null default 'title' check (field in ('title', 'content', 'author', 'url')),
    op text not null check (op = 'contains' or op = 'equals' or op = 'starts'),
    value text not null check (value <> ''),
    action text not null default 'mark_read' check (action in ('mark_read', 'star', 'hide')),
    enabled boolean not null default true
);
