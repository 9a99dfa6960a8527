"""The encounters of one student, each with its status for that student, and the filter that narrows them."""

from webapp.encounters.asked_for import MOST_VALUES, EncounterFilter
from webapp.encounters.finding import Limits, OfferedCenter, list_encounters, list_offered_centers
from webapp.encounters.shown import Because, Shown, list_shown
from webapp.encounters.statuses import Status, StudentEncounter

__all__ = [
    "MOST_VALUES",
    "Because",
    "EncounterFilter",
    "Limits",
    "OfferedCenter",
    "Shown",
    "Status",
    "StudentEncounter",
    "list_encounters",
    "list_offered_centers",
    "list_shown",
]
