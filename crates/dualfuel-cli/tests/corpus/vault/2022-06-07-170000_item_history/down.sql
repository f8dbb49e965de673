DROP TRIGGER items_keep_history;
DROP TABLE item_history;
