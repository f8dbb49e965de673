ALTER TABLE "order" ADD COLUMN status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open','baked','collected','cancelled'));
ALTER TABLE "order" ADD COLUMN cancelled_at TIMESTAMP;
UPDATE "order" SET status = 'collected' WHERE pickup_on < date('now') AND paid = 1;
CREATE INDEX order_open ON "order"(pickup_on) WHERE status = 'open';
