"""The tables of the patient's journey."""

from varde.pathway.models.asked import ControlFact, Request, RoutineControl, Slot
from varde.pathway.models.course import GoalConversation, Look, OwnFollowUp, StageEntry
from varde.pathway.models.meeting import Attendee, Case, Decision, Meeting
from varde.pathway.models.outreach import Support, Visit

__all__ = [
    "Attendee",
    "Case",
    "ControlFact",
    "Decision",
    "GoalConversation",
    "Look",
    "Meeting",
    "OwnFollowUp",
    "Request",
    "RoutineControl",
    "Slot",
    "StageEntry",
    "Support",
    "Visit",
]
