ALTER TABLE devices RENAME COLUMN type TO atype;
ALTER TABLE users_organizations RENAME COLUMN type TO atype;
ALTER TABLE users_organizations RENAME COLUMN key TO akey;
ALTER TABLE users RENAME COLUMN key TO akey;
