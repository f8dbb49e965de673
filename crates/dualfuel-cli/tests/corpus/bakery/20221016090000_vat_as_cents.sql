-- Seven and nineteen percent, as they should have been from the start.
ALTER TABLE product ADD COLUMN vat_class TEXT NOT NULL DEFAULT 'reduced';
UPDATE product SET vat_class = CASE WHEN vat_percent > 10 THEN 'full' ELSE 'reduced' END;
ALTER TABLE product DROP COLUMN vat_percent;
