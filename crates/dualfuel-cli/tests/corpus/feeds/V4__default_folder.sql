-- every user gets one, and every feed goes into it
insert into folders (user_id, name) select id, 'All feeds' from users;
update feeds set folder_id = (
    select f.id from folders f where f.user_id = feeds.user_id and f.name = 'all feeds'
) where folder_id is null;
