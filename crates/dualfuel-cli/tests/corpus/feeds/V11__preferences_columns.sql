-- the two that queries need, out of the JSON
alter table users add column theme text not null default 'light';
alter table users add column page_size integer not null default 50;
update users set
    theme = coalesce(json_extract(preferences, '$.theme'), 'light'),
    page_size = coalesce(json_extract(preferences, '$.page'), 50);
