CREATE TABLE openings (
  eco CHAR(3) NOT NULL PRIMARY KEY,
  name VARCHAR NOT NULL,
  moves TEXT NOT NULL,
  parent_eco CHAR(3) REFERENCES openings (eco)
);
INSERT INTO openings (eco, name, moves, parent_eco) VALUES
  ('B00', 'King''s Pawn', '1. e4', NULL),
  ('B20', 'Sicilian Defence', '1. e4 c5', 'B00'),
  ('C60', 'Ruy López', '1. e4 e5 2. Nf3 Nc6 3. Bb5', 'B00'),
  ('D02', 'Queen''s Pawn; London System', '1. d4 d5 2. Nf3', NULL);
ALTER TABLE games ADD COLUMN eco CHAR(3) REFERENCES openings (eco);
