DROP TABLE up_next;
