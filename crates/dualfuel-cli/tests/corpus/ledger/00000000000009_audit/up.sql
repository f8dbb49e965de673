CREATE TABLE audit_log (
    id         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    table_name TEXT NOT NULL,
    row_id     INTEGER NOT NULL,
    action     TEXT NOT NULL CHECK (action IN ('I', 'U', 'D')),
    at         TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TRIGGER audit_transactions_insert AFTER INSERT ON transactions
BEGIN
    INSERT INTO audit_log (table_name, row_id, action) VALUES ('transactions', NEW.id, 'I');
END;
CREATE TRIGGER audit_transactions_update AFTER UPDATE ON transactions
BEGIN
    INSERT INTO audit_log (table_name, row_id, action) VALUES ('transactions', NEW.id, 'U');
END;
CREATE TRIGGER audit_transactions_delete AFTER DELETE ON transactions
BEGIN
    INSERT INTO audit_log (table_name, row_id, action) VALUES ('transactions', OLD.id, 'D');
END;
