create table entry_state (
    user_id integer not null references users(id) on delete cascade,
    entry_id integer not null references entries(id) on delete cascade,
    read_at integer,
    starred_at integer,
    primary key (user_id, entry_id)
) without rowid;

create index entry_state_unread on entry_state (user_id) where read_at is null;
create index entry_state_starred on entry_state (user_id, starred_at desc) where starred_at is not null;
