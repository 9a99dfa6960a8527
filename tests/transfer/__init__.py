"""Folders of CSV files, good and broken, against both databases."""
