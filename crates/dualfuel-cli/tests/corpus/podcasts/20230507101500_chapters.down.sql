DROP TABLE chapters;
