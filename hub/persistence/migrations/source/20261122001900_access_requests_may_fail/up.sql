ALTER TABLE app_access_requests ADD COLUMN error_message TEXT;
ALTER TABLE app_access_requests DROP CONSTRAINT app_access_requests_status_check;
ALTER TABLE app_access_requests ADD CONSTRAINT app_access_requests_status_check
    CHECK (status IN ('draft', 'approved', 'denied', 'failed'));
