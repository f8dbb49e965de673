DROP TABLE twofactor;
