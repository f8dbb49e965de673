DROP TABLE fare_rules;
DROP TABLE fares;
