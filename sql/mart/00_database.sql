-- The database of clean data: one row for each document that is not deleted, and the rejected documents with their
-- reasons.
CREATE DATABASE IF NOT EXISTS mart{{ on_cluster }}
