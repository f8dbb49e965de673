DROP TABLE users_organizations;
DROP TABLE users_collections;
DROP TABLE organizations;
DROP TABLE collections;
