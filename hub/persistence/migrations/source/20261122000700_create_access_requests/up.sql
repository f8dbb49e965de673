-- dualfuel: tenant
CREATE TABLE access_requests (
    id         UUID NOT NULL PRIMARY KEY,
    username   TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    reviewer   TEXT,
    status     TEXT NOT NULL DEFAULT 'pending',
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT access_requests_status_check
        CHECK (status IN ('pending', 'approved', 'rejected'))
);

-- One pending request a user; any number that are settled.
CREATE UNIQUE INDEX access_requests_user_id_key ON access_requests (user_id)
    WHERE status = 'pending';
