INSERT INTO accounts (id, code, name, kind, opened_on) VALUES
    (1, '1000', 'Kasse', 'asset', '2021-01-01'),
    (2, '1200', 'Bank', 'asset', '2021-01-01'),
    (3, '8400', 'Erlöse 19 % USt', 'income', '2021-01-01'),
    (4, '4980', 'Sonstiger Betriebsbedarf', 'expense', '2021-01-01');
INSERT INTO accounts (code, name, kind, parent)
    SELECT '1210', 'Girokonto', kind, id FROM accounts WHERE code = '1200';
