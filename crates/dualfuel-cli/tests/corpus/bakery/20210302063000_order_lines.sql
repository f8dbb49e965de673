CREATE TABLE order_line (
    "order"    INTEGER NOT NULL REFERENCES "order"(id) ON DELETE CASCADE,
    "index"    INTEGER NOT NULL,
    product_id INTEGER NOT NULL REFERENCES product(id) ON DELETE RESTRICT,
    quantity   INTEGER NOT NULL DEFAULT 1 CHECK (quantity > 0),
    price_cents INTEGER NOT NULL, -- what it cost on that day
    PRIMARY KEY ("order", "index")
);
CREATE INDEX order_line_product ON order_line(product_id);
