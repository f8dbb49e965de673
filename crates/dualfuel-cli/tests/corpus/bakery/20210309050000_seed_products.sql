INSERT INTO product (name, "desc", price_cents, is_vegan) VALUES
    ('Brötchen', 'Weizen', 45, true),
    ('Roggenbrot', 'Sauerteig, 1 kg', 480, true),
    ('Käsekuchen', NULL, 320, false),
    ('Franzbrötchen', 'mit Zimt; "wie in Hamburg"', 210, false),
    ('Crème brûlée', 'it''s only on Sundays', 390, false);
INSERT INTO customer (id, name, phone) VALUES (1, 'Laufkundschaft', NULL);
