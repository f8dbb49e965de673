DROP VIEW standings;
