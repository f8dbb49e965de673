ALTER TABLE users DROP COLUMN karma, DROP COLUMN location, DROP COLUMN bio;
ALTER TABLE users RENAME COLUMN display_name TO full_name;
UPDATE users SET email = 'nobody+' || id::text || '@example.org' WHERE email IS NULL;
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
