"""Sharing: an organisation reaches a patient for a reason and a time, and who may not be let in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from varde.base.periods import until
from varde.core.access import Ground
from varde.people.action import Done, action
from varde.people.models import Consent, Organisation, Relation
from varde.people.viewer import Viewer

SHARING = "sharing"


def refuses(patient: UUID) -> bool:
    """Whether the patient has said no to sharing between organisations, and not yes again."""
    rows = Consent.objects.filter(patient_id=patient, kind=SHARING)
    given = rows.filter(withdrawn_at__isnull=True)
    return not given.exists() and rows.exists()


@action("share-patient")
def let_reach(
    *, patient: UUID, organisation: UUID, ground: Ground, end: datetime | None = None,
    by: Viewer, at: datetime,
) -> Done[Relation]:  # fmt: skip
    """The organisation reaches the patient on that ground from now, until `end`; one that does so
    already does so until then."""
    row = _held(patient, organisation, ground, at)
    if row is None:
        row = Relation.objects.create(
            patient_id=patient, organisation_id=organisation, ground=ground,
            period=DateTimeTZRange(at, end),
        )  # fmt: skip
    elif row.period.upper != end:
        row.period = DateTimeTZRange(row.period.lower, end)
        row.save(update_fields=["period"])
    return Done(row, patient=patient, kind="relation", object_id=row.id)


@action("share-patient")
def end_reach(
    *, patient: UUID, organisation: UUID, ground: Ground, by: Viewer, at: datetime
) -> Done[Relation | None]:
    """It does so no more on that ground; on others it may."""
    row = _held(patient, organisation, ground, at)
    if row is not None:
        row.period = until(row.period, at)
        row.save(update_fields=["period"])
    return Done(row, patient=patient, kind="relation", object_id=row.id if row else None)


def _held(patient: UUID, organisation: UUID, ground: Ground, at: datetime) -> Relation | None:
    rows = Relation.objects.select_for_update().filter(
        patient_id=patient, organisation_id=organisation, ground=ground, period__contains=at
    )
    return rows.order_by("id").first()


def reaching(
    patient: UUID, *, kinds: tuple[str, ...] = (), grounds: tuple[Ground, ...] = (), at: datetime
) -> list[Organisation]:
    """The organisations that reach the patient now: of these kinds, on one of these grounds."""
    among = Q(patient_id=patient, period__contains=at, organisation__isnull=False)
    if kinds:
        among &= Q(organisation__kind__in=kinds)
    if grounds:
        among &= Q(ground__in=grounds)
    rows = Relation.objects.filter(among).exclude(ground=Ground.COVER)
    found = {row.organisation_id: row.organisation for row in rows.select_related("organisation")}
    return sorted((one for one in found.values() if one is not None), key=lambda one: one.name)
