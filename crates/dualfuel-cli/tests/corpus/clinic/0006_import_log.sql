CREATE TABLE ImportLog (
    Line INTEGER,
    Source TEXT,
    Message TEXT NOT NULL,
    At DATETIME DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO ImportLog (Line, Source, Message, At) VALUES
    (0, 'setup', 'Übernahme aus „Praxis 2000“', '2018-04-03 07:59:58'),
    (-1, NULL, 'c:\praxis\patienten.dbf: 100 % gelesen', '2018-04-03 08:00:00');
