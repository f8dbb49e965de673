alter table users add column preferences text not null default '{"theme":"light","page":50}' check (json_valid(preferences));
update users set preferences = '{"theme":"dark","page":50}' where is_admin = 1;
