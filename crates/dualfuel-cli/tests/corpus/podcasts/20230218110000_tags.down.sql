DROP TABLE show_tags;
DROP TABLE tags;
