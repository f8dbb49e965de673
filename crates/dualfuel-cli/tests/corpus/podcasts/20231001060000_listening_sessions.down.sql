DROP TABLE listening_sessions;
