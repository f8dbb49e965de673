CREATE TABLE holidays (
    country CHAR(2) NOT NULL,
    day     DATE NOT NULL,
    name    TEXT NOT NULL,
    PRIMARY KEY (country, day)
);
INSERT INTO holidays (country, day, name) VALUES ('CH', '2025-08-01', 'Bundesfeier'), ('IS', '2025-06-17', 'Þjóðhátíðardagurinn');
