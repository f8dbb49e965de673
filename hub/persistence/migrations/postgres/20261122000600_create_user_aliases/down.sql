DROP TABLE user_aliases;
