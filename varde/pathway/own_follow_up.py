"""What is agreed with one patient of what follows by itself: other days, or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from varde.catalogue.queries import programme
from varde.core.follow_up import FOLLOW_UPS
from varde.core.own_follow_up import Own, agreed, of_task
from varde.measuring.queries import enrolments
from varde.pathway.models import OwnFollowUp
from varde.people.action import Done, action
from varde.people.models import Person
from varde.people.viewer import Viewer


@action("set-follow-up")
def agree(
    *, patient: UUID, task: str, days: int | None, why: str = "", by: Viewer, at: datetime
) -> Done[OwnFollowUp | None]:
    """From now on; None: as the programme says again. Raises `core.own_follow_up.NotAgreed`."""
    rule = of_task(asked_of(patient, at=at), task)
    if days is not None:
        agreed(rule, days)
    list(Person.objects.select_for_update(no_key=True).filter(id=patient))  # two at once leave one
    OwnFollowUp.objects.filter(patient_id=patient, task=task, ended_at=None).update(ended_at=at)
    made = None
    if days is not None:
        made = OwnFollowUp.objects.create(
            patient_id=patient, task=task, days=days, why=why[:200], by_id=by.actor, at=at
        )
    return Done(made, patient=patient, kind="own-follow-up")


def asked_of(patient: UUID, *, at: datetime) -> list[FOLLOW_UPS]:
    """What the patient's programmes say follows by itself."""
    rows = enrolments([patient], at=at).get(patient, [])
    return [rule for row in rows for rule in programme(row.programme, row.version).follow_up]


def own_of(patients: Iterable[UUID]) -> dict[UUID, Own]:
    """What is agreed with those of them with whom something is."""
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for row in OwnFollowUp.objects.filter(patient_id__in=list(patients), ended_at=None):
        found[row.patient_id][row.task] = row.days
    return dict(found)


def agreed_with(patient: UUID) -> list[OwnFollowUp]:
    """Who agreed what, and why; the newest first."""
    rows = OwnFollowUp.objects.filter(patient_id=patient, ended_at=None)
    return list(rows.select_related("by").order_by("-at"))
