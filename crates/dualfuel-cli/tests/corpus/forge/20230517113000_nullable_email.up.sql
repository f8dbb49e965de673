ALTER TABLE users ALTER COLUMN email DROP NOT NULL;
ALTER TABLE users RENAME COLUMN full_name TO display_name;
ALTER TABLE users ADD COLUMN bio varchar(500), ADD COLUMN location varchar(80), ADD COLUMN karma numeric(12, 2) NOT NULL DEFAULT 0;
