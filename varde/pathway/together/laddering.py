"""What the ladder asks of a clinic or of the outreach team is put to them as a request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from varde.core.access import Ground
from varde.core.ladder import Asked
from varde.core.request import LONGEST, OPEN, NotRequested, Source, Stage, What
from varde.measuring.queries import followed_now
from varde.pathway.models import Request
from varde.pathway.together import requests
from varde.pathway.together.requests import DEPARTMENT, TEAM, TREATING, Wish
from varde.people import sharing
from varde.people.models import Organisation
from varde.people.queries import responsible_doctor
from varde.people.viewer import Viewer
from varde.triage import asks
from varde.triage.keeping import hold
from varde.triage.models import Ask

ANSWERED_HERE = {
    Asked.HASTENED: (What.APPOINTMENT, DEPARTMENT, TREATING),
    Asked.OUTREACH: (What.VISIT, TEAM, (Ground.CARE_TEAM,)),
}
NO_MORE = (asks.WITHDRAWN, asks.ANSWERED)  # of a question that was answered elsewhere, too


def from_ladder(unit: UUID, *, by: Viewer, at: datetime, patient: UUID | None = None) -> int:
    """What the ladder asks of a clinic or the team is put to those who treat the patient, once.

    Where none does, the nurse asks as before; what she has withdrawn, or has had answered by
    telephone, is withdrawn there. How many were put.
    """
    whom = [patient] if patient is not None else followed_now(unit, at=at)
    rows = Ask.objects.filter(state=asks.WAITING, rung__in=list(ANSWERED_HERE), patient_id__in=whom)
    gone = Request.objects.filter(patient_id__in=whom, stage=Stage.ASKED, ask__state__in=NO_MORE)
    concerned = {*rows.values_list("patient_id", flat=True),
                 *gone.values_list("patient_id", flat=True)}  # fmt: skip
    if not concerned:
        return 0
    hold(concerned)
    for row in gone.select_related("to"):
        requests.drop(row, by, at)
    known = set(
        Request.objects.filter(ask__isnull=False, patient_id__in=concerned).values_list(
            "ask_id", flat=True
        )
    )
    return sum(_put(one, by, at) for one in rows.exclude(id__in=known))


def _put(one: Ask, by: Viewer, at: datetime) -> int:
    """1 when it was put to somebody; what cannot be stays with the nurse, and stops no other's."""
    what, kind, grounds = ANSWERED_HERE[Asked(one.rung)]
    known = sharing.reaching(one.patient_id, kinds=(kind,), grounds=grounds, at=at)
    place = _place(one.patient_id, known, at)
    if place is None:
        return 0
    open_already = Request.objects.filter(
        patient_id=one.patient_id, what=what, to=place, stage__in=OPEN
    )
    if open_already.exclude(stage=Stage.BOOKED, slot__starts_at__lte=at).exists():
        return 0
    moved_on = one.id != one.chain  # by the clock, from one who did not answer
    wish = Wish(
        one.patient_id, what, place.id, one.question[:LONGEST], ask=one.id,
        source=Source.RULE if moved_on else Source.NURSE,
        asked_by=None if moved_on else one.asked_by_id,
    )  # fmt: skip
    try:
        requests.ask_for(wish, by=by, at=at)
    except NotRequested:
        return 0
    return 1


def _place(patient: UUID, places: Iterable[Organisation], at: datetime) -> Organisation | None:
    """The one there is; of several that of the responsible doctor, else it is for the nurse."""
    known = list(places)
    first = responsible_doctor(patient, at=at)
    own = [one for one in known if first is not None and one.id == first.organisation_id]
    return next(iter(own or known), None) if own or len(known) == 1 else None
