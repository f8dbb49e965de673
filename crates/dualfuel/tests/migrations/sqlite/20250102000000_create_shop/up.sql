CREATE TABLE people (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL,
    name_ci TEXT GENERATED ALWAYS AS (lower(name)) VIRTUAL,
    email   TEXT,
    age     INTEGER CONSTRAINT people_age CHECK (age >= 0),
    status  TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'on-hold')),
    joined  TEXT NOT NULL,
    profile TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(profile))
);
CREATE UNIQUE INDEX people_name ON people (name_ci);
CREATE UNIQUE INDEX people_email ON people (email) WHERE email <> '';
CREATE TABLE orders (
    id        TEXT NOT NULL PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES people (id),
    total     INTEGER NOT NULL DEFAULT 0,
    note      TEXT,
    UNIQUE (person_id, note)
);
CREATE TABLE everything (
    id    INTEGER PRIMARY KEY,
    yes   INTEGER CHECK (yes IN (0, 1)),
    small INTEGER,
    whole INTEGER,
    big   INTEGER,
    short REAL,
    long  REAL,
    words TEXT,
    bytes BLOB,
    local TEXT,
    moment TEXT,
    day   TEXT,
    hour  TEXT,
    key   TEXT,
    doc   TEXT CHECK (json_valid(doc))
);
