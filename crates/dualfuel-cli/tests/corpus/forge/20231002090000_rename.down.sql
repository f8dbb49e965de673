ALTER INDEX issues_by_age_idx RENAME TO issues_open_idx;
ALTER TABLE favourites RENAME CONSTRAINT favourites_pkey TO stars_pkey;
ALTER TABLE favourites RENAME TO stars;
