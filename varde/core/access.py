"""Access: which role may do which act. Deny by default; one table, read by everyone."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    PATIENT = "patient"
    NURSE = "nurse"
    GP = "gp"
    SPECIALIST = "specialist"
    COORDINATOR = "coordinator"
    OUTREACH = "outreach-team"
    TEAM_LEADER = "team-leader"
    ADMINISTRATOR = "administrator"
    PRIVACY_OFFICER = "privacy-officer"
    MACHINE = "machine"
    SYSTEM = "system"


class Ground(StrEnum):
    """Why an organisation or a person may reach a patient's record (`people.relation`)."""

    FOLLOW_UP_SERVICE = "follow-up-service"
    HOME_MUNICIPALITY = "home-municipality"
    GP = "gp"
    SPECIALIST = "specialist"
    NEXT_OF_KIN = "next-of-kin"
    REFERRAL = "referral"
    CARE_TEAM = "care-team"
    REQUEST = "request"  # asked about the patient, until it is answered
    MEETING = "meeting"
    HANDOVER = "handover"
    GUARDIAN = "guardian"
    EMERGENCY = "emergency"
    COVER = "cover"


# Let in for a time by another's act: who is so passes nobody on, and stays no longer by own act.
PASSING = frozenset({Ground.REQUEST, Ground.MEETING, Ground.COVER})

CLINICIANS = frozenset({Role.NURSE, Role.GP, Role.SPECIALIST, Role.COORDINATOR, Role.OUTREACH})
DOCTORS = frozenset({Role.GP, Role.SPECIALIST})
_TRIAGE = frozenset({Role.NURSE})
_INTAKE = frozenset({Role.PATIENT, Role.MACHINE, Role.NURSE, Role.SYSTEM})

PERMISSIONS: Mapping[str, frozenset[Role]] = {
    "report": _INTAKE,
    "strike-report": _INTAKE,
    "see-worklist": _TRIAGE,
    "take-item": _TRIAGE,
    "pass-item": _TRIAGE,
    "undo-closing": _TRIAGE,
    "return-item": _TRIAGE | {Role.SYSTEM},
    "acknowledge-greens": _TRIAGE,
    "handle-item": _TRIAGE,
    "record-contact": _TRIAGE,
    "read-answer": frozenset({Role.PATIENT}),
    "open-record": CLINICIANS,
    "write-note": CLINICIANS,
    "read-note": CLINICIANS,
    "send-message": _TRIAGE | {Role.PATIENT},
    "read-message": _TRIAGE | {Role.PATIENT},
    "raise-work": frozenset(Role) - {Role.PRIVACY_OFFICER},
    "do-task": CLINICIANS | {Role.SYSTEM},
    "draft-limits": _TRIAGE | DOCTORS,
    "enter-order": _TRIAGE,
    "ask-on": _TRIAGE,
    "answer-ask": _TRIAGE | DOCTORS,
    "move-on": frozenset({Role.SYSTEM}),
    "order-limits": DOCTORS,
    "set-habitual": DOCTORS,
    "verify-order": _TRIAGE | DOCTORS,
    "set-rhythm": _TRIAGE,
    "set-follow-up": _TRIAGE,
    "pause": _TRIAGE | {Role.COORDINATOR, Role.SYSTEM},
    "end-pause": _TRIAGE | {Role.COORDINATOR, Role.PATIENT, Role.SYSTEM},
    "name-nurse": _TRIAGE | {Role.SYSTEM},
    "say-absent": _TRIAGE | DOCTORS,
    "hand-over": _TRIAGE,
    "give-watch": _TRIAGE | {Role.SYSTEM},
    "take-watch": _TRIAGE,
    "end-watch": _TRIAGE,
    "move-watched": _TRIAGE | {Role.SYSTEM},
    "save-view": _TRIAGE,
    "enrol": frozenset({Role.COORDINATOR, Role.NURSE, Role.SYSTEM}),
    "add-person": frozenset({Role.COORDINATOR, Role.NURSE, Role.SYSTEM}),
    "sign-programme": frozenset({Role.SPECIALIST}),
    "talk-of-goals": _TRIAGE | {Role.COORDINATOR},
    "send-letter": CLINICIANS,
    "prepare-plan": frozenset({Role.PATIENT}),
    "take-in-summary": CLINICIANS,
    "draft-plan": CLINICIANS,
    "approve-plan": DOCTORS,
    "withdraw-plan": DOCTORS,
    "train-plan": _TRIAGE | {Role.COORDINATOR},
    "tick-plan": frozenset({Role.PATIENT}),
    "agree-to-plan": frozenset({Role.PATIENT}),
    "start-course": _TRIAGE | {Role.PATIENT},
    "share-patient": CLINICIANS | {Role.PATIENT, Role.SYSTEM},
    "ask-for": CLINICIANS | {Role.PATIENT, Role.SYSTEM},
    "answer-request": CLINICIANS,
    "take-back-request": CLINICIANS | {Role.PATIENT},
    "keep-times": frozenset({Role.COORDINATOR, Role.SPECIALIST}),
    "plan-control": frozenset({Role.COORDINATOR, Role.SPECIALIST}),
    "write-visit": frozenset({Role.OUTREACH}),
    "set-support": DOCTORS | {Role.OUTREACH},
    "confirm-support": DOCTORS,
    "convene": frozenset({Role.COORDINATOR, Role.SPECIALIST, Role.SYSTEM}),
    "put-on-meeting": CLINICIANS | {Role.SYSTEM},
    "invite-to-meeting": _TRIAGE | {Role.COORDINATOR, Role.SPECIALIST},
    "lead-meeting": _TRIAGE | {Role.COORDINATOR, Role.SPECIALIST},
    "decide-in-meeting": _TRIAGE | {Role.COORDINATOR, Role.SPECIALIST},
    "set-up": frozenset({Role.ADMINISTRATOR, Role.SYSTEM}),
    "see-openings": frozenset({Role.PATIENT, Role.PRIVACY_OFFICER}),
}


class Denied(Exception):
    """The role may not do this; says which role and act, never about whom."""


def demand(role: Role, verb: str) -> None:
    """Raises `Denied` unless `role` may `verb`; an unknown verb is denied."""
    if role not in PERMISSIONS.get(verb, frozenset()):
        raise Denied(f"{role} may not {verb}")
