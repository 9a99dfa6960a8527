"""Domain objects as the view models that templates receive: words, links and flags."""

from webapp.web.presenters.encounters import availability, filter_form, refused_availability
from webapp.web.presenters.students import refused_search, student_head, student_list

__all__ = [
    "availability",
    "filter_form",
    "refused_availability",
    "refused_search",
    "student_head",
    "student_list",
]
