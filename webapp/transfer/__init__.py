"""Folders of CSV files into the database, checked whole, then all of it or nothing."""

from webapp.transfer.importing import ImportReport, import_folder
from webapp.transfer.problems import ImportRefused, Problem

__all__ = ["ImportRefused", "ImportReport", "Problem", "import_folder"]
