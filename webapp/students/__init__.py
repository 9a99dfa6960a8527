"""Find one student and search many, always as seen by someone."""

from webapp.students.search import LONGEST_QUERY, Found, search_students
from webapp.students.statements import MOST_COUNTED, MOST_FOUND
from webapp.students.student import Student, find_student

__all__ = [
    "LONGEST_QUERY",
    "MOST_COUNTED",
    "MOST_FOUND",
    "Found",
    "Student",
    "find_student",
    "search_students",
]
