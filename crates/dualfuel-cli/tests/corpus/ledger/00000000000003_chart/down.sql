DELETE FROM accounts WHERE code = '1210';
DELETE FROM accounts WHERE id IN (1, 2, 3, 4);
