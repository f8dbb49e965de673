DROP INDEX items_user;
DROP INDEX items_deleted;
ALTER TABLE items DROP COLUMN deleted_at;
