ALTER TABLE items ADD COLUMN deleted_at DATETIME;
CREATE INDEX items_deleted ON items (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX items_user ON items (user_uuid);
