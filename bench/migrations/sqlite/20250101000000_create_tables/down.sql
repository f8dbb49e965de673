DROP TABLE visitors;
DROP TABLE users;
