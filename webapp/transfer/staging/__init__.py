"""Stage: rows of an import beside the rows of the database, in temporary tables."""
