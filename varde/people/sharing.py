"""Sharing: an organisation reaches a patient for a reason and a time, and who may not be let in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q, QuerySet

from varde.base.periods import until
from varde.core.access import PASSING, Ground, Role
from varde.people.action import Done, action
from varde.people.models import Consent, Organisation, Relation
from varde.people.viewer import Viewer

SHARING = "sharing"


def refuses(patient: UUID) -> bool:
    """Whether the patient has said no to sharing between organisations, and not yes again."""
    return patient in refusing([patient])


def refusing(patients: Collection[UUID]) -> set[UUID]:
    """Those of them who have."""
    rows = Consent.objects.filter(patient_id__in=patients, kind=SHARING)
    agreed: dict[UUID, bool] = {}
    for patient, withdrawn in rows.values_list("patient_id", "withdrawn_at"):
        agreed[patient] = agreed.get(patient, False) or withdrawn is None
    return {patient for patient, yes in agreed.items() if not yes}


# Who goes on with it when the patient has said no to sharing (decisions 7.4).
OWN = (Ground.FOLLOW_UP_SERVICE,)


def may_pass_on(patient: UUID, by: Viewer, *, at: datetime) -> bool:
    """Whether the viewer reaches the patient otherwise than for a time by another's act; the
    patient and the clock do."""
    if by.role in (Role.PATIENT, Role.SYSTEM):
        return True
    rows = Relation.objects.filter(patient_id=patient, organisation_id=by.seat, period__contains=at)
    return rows.exclude(ground__in=PASSING).exists()


def gp_to_write_to(patient: UUID, *, at: datetime) -> Organisation | None:
    """The patient's GP practice; None where there is none, or the patient has said no."""
    if refuses(patient):
        return None
    return next(iter(reaching(patient, grounds=(Ground.GP,), at=at)), None)


@action("share-patient")
def let_reach(
    *, patient: UUID, organisation: UUID, ground: Ground, end: datetime | None = None,
    by: Viewer, at: datetime,
) -> Done[Relation]:  # fmt: skip
    """The organisation reaches the patient on that ground from now, until `end`; one that does so
    already does so until then."""
    row = _rows(patient, organisation, ground, at).first()
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
def no_longer_than(
    *, patient: UUID, organisation: UUID, ground: Ground, end: datetime, by: Viewer, at: datetime
) -> Done[None]:
    """What reaches on that ground does so until `end` at the most; nobody is let in."""
    for row in _rows(patient, organisation, ground, at):
        if row.period.upper is None or row.period.upper > end:
            row.period = DateTimeTZRange(row.period.lower, end)
            row.save(update_fields=["period"])
    return Done(None, patient=patient, kind="relation")


@action("share-patient")
def end_reach(
    *, patient: UUID, organisation: UUID, ground: Ground, by: Viewer, at: datetime
) -> Done[Relation | None]:
    """It does so no more on that ground, however often it was let in; on others it may."""
    rows = list(_rows(patient, organisation, ground, at))
    for row in rows:
        row.period = until(row.period, at)
        row.save(update_fields=["period"])
    ended = next(iter(rows), None)
    return Done(ended, patient=patient, kind="relation", object_id=ended.id if ended else None)


def _rows(patient: UUID, organisation: UUID, ground: Ground, at: datetime) -> QuerySet[Relation]:
    rows = Relation.objects.select_for_update().filter(
        patient_id=patient, organisation_id=organisation, ground=ground, period__contains=at
    )
    return rows.order_by("id")


def reaching(
    patient: UUID, *, kinds: tuple[str, ...] = (), grounds: tuple[Ground, ...] = (), at: datetime
) -> list[Organisation]:
    """The organisations that reach the patient now: of these kinds, on one of these grounds."""
    return reaching_each([patient], kinds=kinds, grounds=grounds, at=at)[patient]


def reaching_each(
    patients: Collection[UUID], *, kinds: tuple[str, ...] = (), grounds: tuple[Ground, ...] = (),
    at: datetime,
) -> dict[UUID, list[Organisation]]:  # fmt: skip
    """The same of each, by name."""
    among = Q(patient_id__in=patients, period__contains=at, organisation__isnull=False)
    if kinds:
        among &= Q(organisation__kind__in=kinds)
    if grounds:
        among &= Q(ground__in=grounds)
    rows = Relation.objects.filter(among).exclude(ground=Ground.COVER)
    found: dict[UUID, dict[UUID, Organisation]] = {one: {} for one in patients}
    for row in rows.select_related("organisation"):
        if row.organisation is not None:
            found[row.patient_id][row.organisation.id] = row.organisation
    return {one: sorted(units.values(), key=lambda unit: unit.name) for one, units in found.items()}
