-- Feeds are fetched once and subscribed to by many: the table is split.
create table subscriptions (
    user_id integer not null references users(id) on delete cascade,
    feed_id integer not null references feeds(id) on delete cascade,
    folder_id integer references folders(id) on delete set null,
    title text,
    primary key (user_id, feed_id)
);

insert into subscriptions (user_id, feed_id, folder_id, title)
with first_feed as (
    select url, min(id) as id from feeds group by url
)
select feeds.user_id, first_feed.id, min(feeds.folder_id), min(feeds.title)
from feeds join first_feed on first_feed.url = feeds.url
group by feeds.user_id, first_feed.id;

-- what only the copies have goes to the first of them
update entries set feed_id = (
    select min(same.id) from feeds same join feeds mine on mine.url = same.url where mine.id = entries.feed_id
)
where not exists (
    select 1 from entries other join feeds theirs on theirs.id = other.feed_id
    where other.guid = entries.guid and other.id <> entries.id
);
delete from feeds where id not in (select feed_id from subscriptions);
