CREATE TABLE ingredient (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    unit TEXT NOT NULL DEFAULT 'g' CHECK (unit IN ('g', 'ml', 'Stück'))
);
CREATE TABLE recipe (
    product_id    INTEGER NOT NULL REFERENCES product(id) ON DELETE CASCADE,
    ingredient_id INTEGER NOT NULL REFERENCES ingredient(id) ON DELETE RESTRICT,
    amount        NUMERIC(10,3) NOT NULL CHECK (amount > 0),
    PRIMARY KEY (product_id, ingredient_id)
);
/* A batch is
   one oven load. */
CREATE TABLE batch (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL REFERENCES product(id),
    baked_at   TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    pieces     INTEGER NOT NULL DEFAULT 0,
    waste      INTEGER NOT NULL DEFAULT 0,
    CHECK (waste <= pieces)
);
