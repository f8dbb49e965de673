-- no key on purpose: an append-only list
CREATE TABLE daybook (
    day     DATE NOT NULL,
    kind    TEXT NOT NULL,
    cents   INTEGER NOT NULL,
    remark  TEXT
);
CREATE INDEX daybook_day ON daybook(day, kind);

INSERT INTO daybook (day, kind, cents, remark)
SELECT o.pickup_on, 'sale', sum(l.quantity * l.price_cents), 'from order ' || o.id
FROM "order" o JOIN order_line l ON l."order" = o.id
WHERE o.paid = 1
GROUP BY o.id, o.pickup_on;
