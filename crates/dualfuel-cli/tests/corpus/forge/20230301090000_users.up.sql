CREATE TABLE users (
    id bigserial PRIMARY KEY,
    username varchar(40) NOT NULL,
    email text NOT NULL,
    full_name text,
    is_admin boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_username_format CHECK (char_length(username) >= 2)
);
CREATE UNIQUE INDEX users_username_lower ON users (lower(username));
CREATE UNIQUE INDEX users_email_lower ON users (lower(email));
COMMENT ON TABLE users IS 'people and machines';
