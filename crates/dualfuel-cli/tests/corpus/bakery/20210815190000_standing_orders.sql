CREATE TABLE standing_order (
    id          INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
    product_id  INTEGER NOT NULL REFERENCES product(id),
    weekdays    INTEGER NOT NULL DEFAULT 127 CHECK ((weekdays & 127) = weekdays),
    quantity    INTEGER NOT NULL,
    starts_on   DATE NOT NULL DEFAULT CURRENT_DATE,
    ends_on     DATE,
    UNIQUE (customer_id, product_id, starts_on) ON CONFLICT REPLACE
);
