CREATE TABLE services (
    id INTEGER PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL REFERENCES agencies (agency_id) ON DELETE CASCADE,
    code TEXT NOT NULL,
    monday BOOLEAN NOT NULL DEFAULT 0,
    tuesday BOOLEAN NOT NULL DEFAULT 0,
    wednesday BOOLEAN NOT NULL DEFAULT 0,
    thursday BOOLEAN NOT NULL DEFAULT 0,
    friday BOOLEAN NOT NULL DEFAULT 0,
    saturday BOOLEAN NOT NULL DEFAULT 0,
    sunday BOOLEAN NOT NULL DEFAULT 0,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    CONSTRAINT services_code UNIQUE (agency_id, code),
    CONSTRAINT services_some_time CHECK (starts_on <= ends_on)
);
CREATE TABLE service_exceptions (
    service_id INTEGER NOT NULL REFERENCES services (id) ON DELETE CASCADE,
    day DATE NOT NULL,
    runs BOOLEAN NOT NULL,
    PRIMARY KEY (service_id, day)
);
ALTER TABLE trips ADD COLUMN service_id INTEGER REFERENCES services (id);
