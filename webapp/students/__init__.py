"""Students, always through the eyes of an actor: one is found, or many are searched."""

from webapp.models import LAST_UNIT_OF_THE_COURSE
from webapp.students.search import LONGEST_QUERY, EmptySearchReason, Found, explain_empty_search, search_students
from webapp.students.student import Student, find_student

__all__ = [
    "LAST_UNIT_OF_THE_COURSE",
    "LONGEST_QUERY",
    "EmptySearchReason",
    "Found",
    "Student",
    "explain_empty_search",
    "find_student",
    "search_students",
]
