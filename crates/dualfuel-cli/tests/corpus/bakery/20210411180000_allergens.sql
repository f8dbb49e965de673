CREATE TABLE allergen (
    code  CHAR(1) NOT NULL PRIMARY KEY,
    label TEXT NOT NULL
);
CREATE TABLE product_allergen (
    product_id INTEGER NOT NULL REFERENCES product(id) ON DELETE CASCADE ON UPDATE CASCADE,
    code       CHAR(1) NOT NULL REFERENCES allergen(code) ON UPDATE CASCADE,
    PRIMARY KEY (product_id, code)
);
INSERT INTO allergen VALUES ('A', 'Gluten'), ('C', 'Eier'), ('G', 'Milch'), ('H', 'Schalenfrüchte');
INSERT INTO product_allergen (product_id, code)
SELECT p.id, a.code FROM product p CROSS JOIN allergen a
WHERE a.code = 'A' AND p.name LIKE '%br%';
