CREATE TABLE SystemEvents (
    EventId INTEGER PRIMARY KEY,
    Kind TEXT NOT NULL CHECK (Kind IN ('import', 'login', 'error')),
    Message TEXT NOT NULL,
    At DATETIME NOT NULL
);
INSERT INTO SystemEvents (Kind, Message, At)
    SELECT 'import', coalesce(Source, '?') || ':' || coalesce(Line, 0) || ' ' || Message, coalesce(At, '2018-01-01 00:00:00')
    FROM ImportLog
    UNION ALL
    SELECT 'error', 'no rooms', '2018-01-01 00:00:00' WHERE NOT EXISTS (SELECT 1 FROM Rooms);
DROP TABLE ImportLog;
