alter table feeds add column etag text;
alter table feeds add column last_modified text;
alter table feeds add column error_count integer not null default 0;
alter table feeds add column next_check_at integer generated always as (checked_at + 3600 * (1 + error_count)) virtual;
create index feeds_due on feeds (checked_at) where error_count < 10;
