DROP TABLE items;
DROP TABLE folders;
DROP TABLE devices;
DROP TABLE users;
