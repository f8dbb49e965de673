DELETE FROM transactions WHERE reference = 'OPENING';
