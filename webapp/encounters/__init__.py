"""The encounters of one student: which are offered, their status for that student, and the filter."""

from webapp.encounters.availability import (
    Limits,
    NotOffered,
    OfferedCenter,
    get_encounter,
    list_encounters,
    list_offered_centers,
)
from webapp.encounters.filters import MOST_VALUES, EncounterFilter
from webapp.encounters.shown import EmptyReason, ShownEncounters, list_shown_encounters
from webapp.encounters.statuses import Status, StudentEncounter

__all__ = [
    "MOST_VALUES",
    "EmptyReason",
    "EncounterFilter",
    "Limits",
    "NotOffered",
    "OfferedCenter",
    "ShownEncounters",
    "Status",
    "StudentEncounter",
    "get_encounter",
    "list_encounters",
    "list_offered_centers",
    "list_shown_encounters",
]
