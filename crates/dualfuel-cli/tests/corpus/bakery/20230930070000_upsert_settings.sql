CREATE TABLE IF NOT EXISTS setting ("key" TEXT PRIMARY KEY, "value" TEXT, "default" TEXT);
INSERT OR IGNORE INTO setting ("key", "value") VALUES ('currency', 'EUR');
INSERT OR REPLACE INTO setting ("key", "value", "default") VALUES ('currency', 'EUR', 'EUR');
INSERT INTO setting ("key", "value") VALUES ('closed', '0')
    ON CONFLICT ("key") DO UPDATE SET "value" = excluded."value";
