"""The encounters of one student, each with its status for that student, and the filter that narrows them."""

from webapp.encounters.asked_for import MOST_VALUES, EncounterFilter
from webapp.encounters.finding import Limits, OfferedCenter, list_encounters, list_offered_centers
from webapp.encounters.statuses import Status, StudentEncounter

__all__ = [
    "MOST_VALUES",
    "EncounterFilter",
    "Limits",
    "OfferedCenter",
    "Status",
    "StudentEncounter",
    "list_encounters",
    "list_offered_centers",
]
