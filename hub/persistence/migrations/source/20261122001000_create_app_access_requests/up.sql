-- dualfuel: tenant
CREATE TABLE app_access_requests (
    id                   UUID NOT NULL PRIMARY KEY,
    app_client_id        TEXT NOT NULL,
    app_name             TEXT,
    app_description      TEXT,
    flow_type            TEXT NOT NULL,
    redirect_uri         TEXT,
    status               TEXT NOT NULL,
    requested            JSON NOT NULL,
    approved             JSON,
    user_id              TEXT,
    requested_role       TEXT NOT NULL,
    approved_role        TEXT,
    access_request_scope TEXT,
    expires_at           TIMESTAMPTZ NOT NULL,
    created_at           TIMESTAMPTZ NOT NULL,
    updated_at           TIMESTAMPTZ NOT NULL,
    CONSTRAINT app_access_requests_flow_type_check CHECK (flow_type IN ('redirect', 'popup')),
    CONSTRAINT app_access_requests_status_check CHECK (status IN ('draft', 'approved', 'denied'))
);

CREATE UNIQUE INDEX app_access_requests_access_request_scope_key
    ON app_access_requests (access_request_scope)
    WHERE access_request_scope IS NOT NULL;
CREATE INDEX app_access_requests_status_idx ON app_access_requests (status);
CREATE INDEX app_access_requests_app_client_id_idx ON app_access_requests (app_client_id);
