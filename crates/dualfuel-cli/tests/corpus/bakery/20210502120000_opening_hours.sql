CREATE TABLE opening_hours (
    weekday  TINYINT NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    opens    TIME NOT NULL,
    closes   TIME NOT NULL,
    CONSTRAINT opening_hours_one_a_day UNIQUE (weekday),
    CONSTRAINT opening_hours_order CHECK (closes > opens)
);
INSERT INTO opening_hours (weekday, opens, closes) VALUES (1, '06:00:00', '18:00:00');
INSERT INTO opening_hours (weekday, opens, closes) SELECT weekday + 1, opens, closes FROM opening_hours;
