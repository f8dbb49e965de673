DROP TABLE auth_requests;
