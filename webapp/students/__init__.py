"""Students, always through the eyes of an actor: one is found, or many are searched."""

from webapp.models import LAST_UNIT_OF_THE_COURSE
from webapp.students.search import LONGEST_QUERY, Found, NobodyBecause, explain_nobody, search_students
from webapp.students.statements import MOST_COUNTED, MOST_FOUND
from webapp.students.student import Student, find_student

__all__ = [
    "LAST_UNIT_OF_THE_COURSE",
    "LONGEST_QUERY",
    "MOST_COUNTED",
    "MOST_FOUND",
    "Found",
    "NobodyBecause",
    "Student",
    "explain_nobody",
    "find_student",
    "search_students",
]
