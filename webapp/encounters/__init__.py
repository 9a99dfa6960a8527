"""The encounters of one student, each with its status for that student, and the filter that narrows them."""

from webapp.encounters.availability import (
    Limits,
    NotOffered,
    OfferedCenter,
    get_encounter,
    list_encounters,
    list_offered_centers,
)
from webapp.encounters.filters import MOST_VALUES, PARAMETERS, EncounterFilter, Parameter
from webapp.encounters.shown import Because, Shown, list_shown
from webapp.encounters.statuses import CAN_BE_TAKEN, Status, StudentEncounter

__all__ = [
    "CAN_BE_TAKEN",
    "MOST_VALUES",
    "PARAMETERS",
    "Because",
    "EncounterFilter",
    "Limits",
    "NotOffered",
    "OfferedCenter",
    "Parameter",
    "Shown",
    "Status",
    "StudentEncounter",
    "get_encounter",
    "list_encounters",
    "list_offered_centers",
    "list_shown",
]
