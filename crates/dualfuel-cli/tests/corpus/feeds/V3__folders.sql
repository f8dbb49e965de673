create table folders (
    id integer primary key,
    user_id integer not null references users(id) on delete cascade,
    parent_id integer references folders(id) on delete cascade,
    name text not null collate nocase,
    position integer not null default 0,
    unique (user_id, parent_id, name)
);
alter table feeds add column folder_id integer references folders(id) on delete set null;
