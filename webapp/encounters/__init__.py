"""The encounters of one student: which are offered, their status for that student, and the filter."""

from webapp.encounters.availability import (
    Limits,
    NotOffered,
    OfferedCenter,
    get_encounter,
    list_encounters,
    list_offered_centers,
)
from webapp.encounters.filters import MOST_VALUES, PARAMETERS, EncounterFilter, Parameter
from webapp.encounters.shown import EmptyReason, ShownEncounters, list_shown_encounters
from webapp.encounters.statuses import CAN_BE_TAKEN, Status, StudentEncounter

__all__ = [
    "CAN_BE_TAKEN",
    "MOST_VALUES",
    "PARAMETERS",
    "EmptyReason",
    "EncounterFilter",
    "Limits",
    "NotOffered",
    "OfferedCenter",
    "Parameter",
    "ShownEncounters",
    "Status",
    "StudentEncounter",
    "get_encounter",
    "list_encounters",
    "list_offered_centers",
    "list_shown_encounters",
]
