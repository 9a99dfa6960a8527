"""Folders of CSV files into the database and out again, all or nothing."""

from webapp.transfer.exporting import export_folder
from webapp.transfer.importing import ImportReport, import_folder
from webapp.transfer.problem_report import write_problems
from webapp.transfer.problems import ImportRefused, Problem
from webapp.transfer.progress import Progress

__all__ = ["ImportRefused", "ImportReport", "Problem", "Progress", "export_folder", "import_folder", "write_problems"]
