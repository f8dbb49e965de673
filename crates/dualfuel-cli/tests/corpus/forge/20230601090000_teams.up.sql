CREATE TABLE teams (
    id bigserial PRIMARY KEY,
    name text UNIQUE NOT NULL
);
CREATE TABLE team_members (
    team_id bigint REFERENCES teams ON DELETE CASCADE,
    user_id bigint REFERENCES users ON DELETE CASCADE,
    role text NOT NULL DEFAULT 'member' CHECK (role = ANY (ARRAY['member'::text, 'maintainer'::text, 'owner'::text])),
    since date NOT NULL DEFAULT CURRENT_DATE,
    PRIMARY KEY (team_id, user_id)
);
INSERT INTO teams (name) VALUES ('core'), ('Übersetzer') ON CONFLICT (name) DO NOTHING;
INSERT INTO team_members (team_id, user_id, role)
SELECT t.id, u.id, 'owner' FROM teams t, users u WHERE t.name = 'core' AND u.is_admin;
