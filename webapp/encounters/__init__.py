"""The encounters of one student, each with its status for that student, and the filter that narrows them."""

from webapp.encounters.availability import (
    Limits,
    NotOffered,
    OfferedCenter,
    get_encounter,
    list_encounters,
    list_offered_centers,
)
from webapp.encounters.filters import MOST_VALUES, EncounterFilter
from webapp.encounters.shown import Because, Shown, list_shown
from webapp.encounters.statuses import Status, StudentEncounter

__all__ = [
    "MOST_VALUES",
    "Because",
    "EncounterFilter",
    "Limits",
    "NotOffered",
    "OfferedCenter",
    "Shown",
    "Status",
    "StudentEncounter",
    "get_encounter",
    "list_encounters",
    "list_offered_centers",
    "list_shown",
]
