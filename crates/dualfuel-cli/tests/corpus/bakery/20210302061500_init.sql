-- Auftragsbuch der Bäckerei. Everything a counter needs.

CREATE TABLE IF NOT EXISTS customer (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    phone      TEXT,
    email      TEXT UNIQUE,
    notes      TEXT DEFAULT '',
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE IF NOT EXISTS product (
    id          INTEGER PRIMARY KEY,
    name        VARCHAR(80) NOT NULL UNIQUE,
    "desc"      TEXT,
    price_cents INTEGER NOT NULL CHECK (price_cents >= 0),
    vat_percent DECIMAL(4,1) NOT NULL DEFAULT 7.0,
    is_vegan    BOOLEAN NOT NULL DEFAULT false,
    sold_out    BOOL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS "order" (
    id          INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL,
    pickup_on   DATE NOT NULL,
    paid        BOOLEAN NOT NULL DEFAULT 0,
    created_at  TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    FOREIGN KEY (customer_id) REFERENCES customer(id)
);
