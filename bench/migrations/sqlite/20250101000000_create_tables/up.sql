CREATE TABLE users (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    created_at TEXT NOT NULL,
    visits     INTEGER NOT NULL,
    active     INTEGER NOT NULL CHECK (active IN (0, 1)),
    UNIQUE (name)
);
CREATE TABLE visitors (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    created_at TEXT NOT NULL,
    visits     INTEGER NOT NULL,
    active     INTEGER NOT NULL CHECK (active IN (0, 1)),
    UNIQUE (name)
);
