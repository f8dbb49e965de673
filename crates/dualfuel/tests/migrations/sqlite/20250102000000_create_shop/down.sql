DROP TABLE everything;
DROP TABLE orders;
DROP TABLE people;
