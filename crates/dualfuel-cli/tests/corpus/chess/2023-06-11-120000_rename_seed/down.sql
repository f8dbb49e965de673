ALTER TABLE monthly_ratings RENAME TO ratings;
ALTER TABLE entries RENAME COLUMN starting_rank TO seed;
