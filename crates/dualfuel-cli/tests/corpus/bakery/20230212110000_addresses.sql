CREATE TABLE address (
    id          INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
    street      TEXT NOT NULL,
    zip         TEXT NOT NULL CHECK (length(zip) = 5),
    city        TEXT NOT NULL DEFAULT 'Lübeck',
    is_default  BOOLEAN NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX address_default ON address(customer_id) WHERE is_default = 1;
ALTER TABLE "order" ADD COLUMN deliver_to INTEGER REFERENCES address(id) ON DELETE SET NULL;
