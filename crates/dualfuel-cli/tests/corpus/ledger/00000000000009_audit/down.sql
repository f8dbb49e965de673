DROP TRIGGER audit_transactions_delete;
DROP TRIGGER audit_transactions_update;
DROP TRIGGER audit_transactions_insert;
DROP TABLE audit_log;
