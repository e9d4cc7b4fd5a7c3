"""What is ordered: what holds, what is on its way, and what has come of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from varde.base.periods import LEAST
from varde.catalogue.queries import programme
from varde.core.ordering import OPEN, Stage
from varde.core.plan_look import kept_beside
from varde.core.programme import rules_of
from varde.core.quantities import BY_CODE
from varde.core.thresholds import Limits
from varde.measuring.queries import enrolments
from varde.people.doctors import patients_of
from varde.triage.models import Order, Threshold
from varde.triage.thresholds import in_force, limits_of


def mark_of(limits: Mapping[str, Limits], rules: Iterable[str] = ()) -> str:
    """The same for the same limits and rules, so that it can be told whether they are those
    somebody saw."""
    said = repr([sorted((k, one.in_order()) for k, one in limits.items()), sorted(rules)])
    return sha256(said.encode()).hexdigest()[:24]


def held(patient: UUID, *, at: datetime) -> dict[str, Limits]:
    """What the patient's readings are judged by now."""
    return {kind: limits_of(row) for kind, row in in_force(patient, at=at).items()}


def beside(patients: Collection[UUID], *, at: datetime) -> dict[UUID, dict[str, list[float]]]:
    """The rules beside the limits that each is judged by now, of those who are in a programme."""
    own: dict[UUID, set[str]] = {one: set() for one in patients}
    rows = Threshold.objects.filter(patient_id__in=patients, period__contains=at)
    for patient, kind in rows.exclude(ground="standard").values_list("patient_id", "kind"):
        own[patient].add(BY_CODE[kind].name)
    return {
        patient: kept_beside(rules_of([programme(t.programme, t.version) for t in terms]),
                             own[patient])
        for patient, terms in enrolments(patients, at=at).items()
    }  # fmt: skip


def held_at(order: Order | None, at: datetime) -> datetime:
    """When to look at what an order is against: now, or just before it came into force."""
    if order is not None and order.stage == Stage.EMERGENCY and order.entered_at is not None:
        return order.entered_at - LEAST
    return at


def open_order(patient: UUID) -> Order | None:
    """What is on its way for the patient."""
    return _told(Order.objects.filter(patient_id=patient, stage__in=OPEN)).first()


def orders(patient: UUID) -> Sequence[Order]:
    """Every order that came into force, or was entered and came to nothing, the newest first."""
    ended = Order.objects.filter(patient_id=patient, entered_by__isnull=False)
    ended = ended.filter(stage__in=(Stage.IN_FORCE, Stage.WITHDRAWN))
    return list(_told(ended).order_by("-ended_at"))


def last_ordered(patients: Collection[UUID]) -> dict[UUID, datetime]:
    """When limits were last ordered of each, of those of whom any were."""
    rows = Order.objects.filter(
        patient_id__in=patients, stage=Stage.IN_FORCE, ended_at__isnull=False
    )
    return dict(rows.values_list("patient_id").annotate(Max("ended_at")))


def unverified_of(doctors: Collection[UUID]) -> Sequence[Order]:
    """These doctors' telephone orders that hold and nobody has verified, the oldest first."""
    rows = Order.objects.filter(ordered_by_id__in=list(doctors), stage=Stage.EMERGENCY)
    return list(rows.select_related("patient", "entered_by", "ordered_by").order_by("entered_at"))


def asked_of(doctors: Collection[UUID], *, at: datetime) -> Sequence[Order]:
    """What waits for these doctors' order, because they are asked or answer for the patient now;
    the oldest first."""
    mine = Q(asked_id__in=list(doctors)) | Q(patient_id__in=patients_of(doctors, at=at))
    rows = Order.objects.filter(mine, stage=Stage.ASKED)
    return list(rows.select_related("patient", "drafted_by").order_by("asked_at"))


def _told(rows: QuerySet[Order]) -> QuerySet[Order]:
    people = ("drafted_by", "asked", "ordered_by", "entered_by", "verified_by", "refused_by")
    return rows.select_related(*people)
