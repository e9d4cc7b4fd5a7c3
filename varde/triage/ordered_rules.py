"""Rules that a doctor has ordered for one patient: what holds, since when, and on whose word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet

from varde.base.periods import LEAST, until
from varde.base.rows import new_id
from varde.triage.models import Order, OrderedRule, Threshold

T = TypeVar("T", OrderedRule, Threshold)


def rules_in_force(patient: UUID, *, at: datetime) -> dict[str, OrderedRule]:
    """The rules ordered for the patient that hold at `at`, by name."""
    rows = OrderedRule.objects.filter(patient_id=patient, period__contains=at)
    found = rows.select_related("ordered_by", "entered_by", "verified_by").order_by("rule")
    return {row.rule: row for row in found}


def rules_held(patient: UUID, *, at: datetime) -> frozenset[str]:
    """Their names."""
    rows = OrderedRule.objects.filter(patient_id=patient, period__contains=at)
    return frozenset(rows.values_list("rule", flat=True))


def begin_rules(row: Order, ground: str, *, at: datetime) -> None:
    """What is ordered begins and what is ended ends, in one moment."""
    moment = _stop(row.patient_id, row.rules, at=at)
    assert row.ordered_by_id and row.entered_by_id, "nothing begins that nobody ordered"
    OrderedRule.objects.bulk_create(
        OrderedRule(
            patient_id=row.patient_id,
            rule=name,
            ground=ground,
            ordered_by_id=row.ordered_by_id,
            entered_by_id=row.entered_by_id,
            verified_by_id=row.verified_by_id,
            order=row,
            period=DateTimeTZRange(moment, None),
        )
        for name, wanted in row.rules.items()
        if wanted
    )


def _stop(patient: UUID, names: Iterable[str], *, at: datetime) -> datetime:
    return end_now(OrderedRule.objects.filter(patient_id=patient, rule__in=list(names)), at=at)


def end_now(rows: QuerySet[T], *, at: datetime) -> datetime:
    """What holds of these rows with a period ends; when. A clock that is a little behind does not
    go before what another has begun."""
    ending: list[T] = list(rows.filter(period__endswith__isnull=True))
    moment: datetime = max([at, *(old.period.lower + LEAST for old in ending)])
    for old in ending:
        old.period = until(old.period, moment)
        old.save(update_fields=["period"])
    return moment


def restore_rules(row: Order, *, at: datetime) -> None:
    """The order is not what was said: its rules end, and those that it ended hold again."""
    moment = _stop(row.patient_id, row.rules, at=at)
    ended = [name for name, wanted in row.rules.items() if not wanted]
    for name in ended:
        rows = OrderedRule.objects.filter(patient_id=row.patient_id, rule=name)
        last = rows.order_by("-period").first()
        if last is not None:
            last.pk, last._state.adding = new_id(), True
            last.period = DateTimeTZRange(moment, None)
            last.save()
