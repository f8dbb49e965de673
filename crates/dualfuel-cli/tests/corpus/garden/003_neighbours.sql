-- who likes whom: both ways round is one row
CREATE TABLE IF NOT EXISTS neighbours (
    a INTEGER NOT NULL REFERENCES plants (id) ON DELETE CASCADE,
    b INTEGER NOT NULL REFERENCES plants (id) ON DELETE CASCADE,
    likes INTEGER NOT NULL DEFAULT 1 CHECK (likes IN (-1, 0, 1)),
    PRIMARY KEY (a, b),
    CHECK (a < b)
) WITHOUT ROWID;
