ALTER TABLE stars RENAME TO favourites;
ALTER TABLE favourites RENAME CONSTRAINT stars_pkey TO favourites_pkey;
ALTER INDEX issues_open_idx RENAME TO issues_by_age_idx;
