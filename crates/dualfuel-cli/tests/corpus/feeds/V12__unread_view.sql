create view unread_counts as
    select f.user_id, f.id as feed_id, count(e.id) as unread
    from feeds f
    left join entries e on e.feed_id = f.id
        and not exists (select 1 from entry_state s where s.entry_id = e.id and s.user_id = f.user_id and s.read_at is not null)
    group by f.user_id, f.id;
