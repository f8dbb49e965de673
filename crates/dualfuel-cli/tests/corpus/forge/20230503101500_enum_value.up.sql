-- no-transaction
ALTER TYPE issue_state ADD VALUE IF NOT EXISTS 'locked';
