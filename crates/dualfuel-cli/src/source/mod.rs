//! Reads the migration directories that projects keep.
