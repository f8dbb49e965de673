CREATE TABLE "group" (
    id       INTEGER PRIMARY KEY,
    "key"    TEXT NOT NULL UNIQUE,
    discount REAL NOT NULL DEFAULT 0.0
);
INSERT INTO "group" ("key", discount) VALUES ('privat', 0), ('café', 0.1), ('hotel', 0.15);
ALTER TABLE customer ADD COLUMN "group" INTEGER REFERENCES "group"(id);
UPDATE customer SET "group" = (SELECT id FROM "group" WHERE "key" = 'privat');
CREATE INDEX customer_by_group ON customer("group");
