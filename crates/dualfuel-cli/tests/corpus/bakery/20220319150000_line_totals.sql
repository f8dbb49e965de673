ALTER TABLE order_line ADD COLUMN total_cents INTEGER GENERATED ALWAYS AS (quantity * price_cents) VIRTUAL;

CREATE VIEW order_total AS
SELECT o.id AS order_id, c.name AS customer, sum(l.quantity * l.price_cents) AS total_cents, count(*) AS lines
FROM "order" o
JOIN customer c ON c.id = o.customer_id
JOIN order_line l ON l."order" = o.id
GROUP BY o.id, c.name;
