CREATE TABLE IF NOT EXISTS seed_packets (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    plant_id   INTEGER NOT NULL REFERENCES plants (id),
    supplier   TEXT NOT NULL DEFAULT 'Dürr & Söhne',
    bought_on  DATE,
    best_before DATE,
    grams      NUMERIC,
    price      NUMERIC(8, 2) DEFAULT 0.00,
    empty      BOOLEAN DEFAULT (FALSE)
);
INSERT OR IGNORE INTO plants (id, latin, common_name, family) VALUES
    (1, 'Solanum lycopersicum', 'Tomato', 'Solanaceae'),
    (2, 'Daucus carota', 'Carrot', 'Apiaceae'),
    (3, 'Allium cepa', 'Onion / Zwiebel / 洋葱', 'Amaryllidaceae');
INSERT OR IGNORE INTO neighbours (a, b, likes) VALUES (2, 3, 1), (1, 2, 0);
