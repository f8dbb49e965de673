CREATE TABLE IF NOT EXISTS stock_moves (
    id        INTEGER PRIMARY KEY,
    packet_id INTEGER NOT NULL REFERENCES seed_packets (id),
    grams     REAL NOT NULL CHECK (grams <> 0),
    at        INTEGER NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS INTEGER))
);
WITH opening AS (
    SELECT id AS packet_id, grams FROM seed_packets WHERE NOT empty AND grams > 0
)
INSERT INTO stock_moves (packet_id, grams) SELECT packet_id, grams FROM opening;
