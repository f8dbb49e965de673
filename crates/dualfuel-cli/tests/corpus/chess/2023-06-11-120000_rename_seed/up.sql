ALTER TABLE entries RENAME COLUMN seed TO starting_rank;
ALTER TABLE ratings RENAME TO monthly_ratings;
