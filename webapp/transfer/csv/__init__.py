"""Parse: bytes of CSV files to rows of values, each with its line."""
