"""Two at once: real threads with connections of their own, and what a person must never lose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import local
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from tests.people import Cast, delivery
from tests.triage.at_once import overlapping, together
from varde.base.rows import new_id
from varde.base.tenancy import acting
from varde.core.zones import Zone
from varde.measuring import queries as measured
from varde.measuring.incoming import Taken
from varde.people.viewer import Viewer
from varde.triage import handling, queries, worklist
from varde.triage.handling import Closed, Closing, TakenByOther
from varde.triage.intake import Outcome, receive
from varde.triage.models import Item, Reason
from varde.triage.worklist import NewReason, Rank, raise_work

GREEN = {"spo2": 95, "pulse": 80, "systolic": 130, "diastolic": 80}
RED = {**GREEN, "spo2": 86}


def the_item(them: Cast, patient: Viewer) -> Item | None:
    with them.acting(them.nurse):
        return queries.open_item(patient.actor)


def open_reasons(them: Cast, patient: Viewer) -> list[Reason]:
    with them.acting(them.nurse):
        return list(Reason.objects.filter(patient_id=patient.person, open=True).order_by("at"))


def closing_of(them: Cast, patient: Viewer, **more: Any) -> Closing:
    """What a nurse who has just opened the page would send."""
    with them.acting(them.nurse):
        item = queries.open_item(patient.actor)
        assert item is not None
        (row,) = queries.rows_of([item])
        words = {"assessment": "worsening", "acts": ("phone-answered",), **more}
        return Closing(
            item=item.id,
            reasons=tuple(reason.id for reason in row.reasons),
            heard_at=row.seen.heard_at,
            **words,
        )


def close(them: Cast, closing: Closing, *, minutes: int = 10) -> Closed:
    at = them.at + timedelta(minutes=minutes)
    with them.acting(them.nurse, at=at) as by:
        return handling.close(closing=closing, by=by, at=at)


def sent(them: Cast, patient: Viewer, report_id: UUID, values: dict[str, float]) -> Outcome:
    """The same report as it is, whoever sends it."""
    one = delivery(patient, them.at, report_id, {}, "", values)
    with acting(patient.frame(them.at)):
        return receive([one], source=them.source, by=patient, at=them.at)[0]


# One open item


def test_two_first_reports_at_once_make_one_place_on_the_list(them: Cast) -> None:
    patients = [them.patient() for _ in range(5)]
    for patient in patients:
        got = together(
            lambda p=patient: them.report(p, **RED),
            lambda p=patient: them.report(p, at=them.at + timedelta(minutes=1), **GREEN),
            lambda p=patient: them.report(p, at=them.at + timedelta(minutes=2), **RED),
        )
        assert [one for one in got if isinstance(one, Exception)] == []
        assert [one.taken for one in got] == [Taken.NEW] * 3
    with them.acting(them.nurse):
        rows = queries.worklist(them.nurse)
    assert sorted(row.item.patient_id for row in rows) == sorted(p.actor for p in patients)
    assert {row.item.rank for row in rows} == {Rank.RED}
    assert {len(row.reasons) for row in rows} == {2}


def test_two_reports_and_a_message_at_once_do_not_stand_in_each_others_way(
    them: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The locks are taken in one order by all: else PostgreSQL ends one, and its report is lost.

    The first report has seen no place on the list; then a message makes one; then the second
    report comes, before the first has written its own.
    """
    patient = them.patient()
    mine = local()
    real = worklist.put

    def put(raises: Any, *, at: Any) -> Any:
        pause, mine.pause = getattr(mine, "pause", None), None
        if pause is not None:
            together(lambda: say_something(them, patient))
            pause()
        return real(raises, at=at)

    def reports(pause: Callable[[], None]) -> Outcome:
        mine.pause = pause
        return them.report(patient, **GREEN)

    monkeypatch.setattr(worklist, "put", put)
    later = them.at + timedelta(minutes=1)
    got = overlapping(reports, lambda: them.report(patient, at=later, **RED))
    assert [one for one in got if isinstance(one, Exception)] == []
    assert [one.taken for one in got] == [Taken.NEW] * 2
    assert the_item(them, patient).rank == Rank.RED


def say_something(them: Cast, patient: Viewer) -> None:
    """The patient writes, which is work on the list."""
    with acting(patient.frame(them.at)):
        raise_work(
            patient.actor,
            NewReason("message", about={"excerpt": "Jeg er svimmel"}),
            zone=patient.zone,
            at=them.at,
        )


def test_the_database_itself_refuses_a_second_open_item(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    with them.acting():
        item = Item.objects.get(patient_id=patient.person, open=True)
        again = Item(
            patient_id=patient.person, unit_id=item.unit_id, rank=4, since=them.at,
            due_at=them.at, opened_at=them.at,
        )  # fmt: skip
        with pytest.raises(IntegrityError, match="triage_item_one_open"), transaction.atomic():
            again.save(force_insert=True)


# Taking


def test_of_two_nurses_who_take_at_once_one_has_it_and_the_other_is_told_who(them: Cast) -> None:
    for _ in range(5):
        patient = them.patient()
        them.report(patient, **RED)
        item = the_item(them, patient)

        def take(by: Viewer, item: UUID = item.id) -> Item:
            with them.acting(by):
                return handling.take(item=item, by=by, at=them.at)

        nurses = (them.nurse, them.other_nurse)
        got = together(*(lambda by=by: take(by) for by in nurses))
        refused = [one for one in got if isinstance(one, TakenByOther)]
        had = [n for n, one in zip(nurses, got, strict=True) if not isinstance(one, Exception)]
        assert len(had) == len(refused) == 1
        assert (refused[0].person, refused[0].since) == (had[0].person, them.at)
        assert the_item(them, patient).taken_by_id == had[0].person


# Closing while something comes


def test_a_report_that_comes_while_the_page_is_open_stays_and_is_told(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    on_the_screen = closing_of(them, patient)
    them.report(patient, at=them.at + timedelta(minutes=5), **{**GREEN, "pulse": 110})
    closed = close(them, on_the_screen)
    assert closed.stays_open
    assert [reason.zone for reason in open_reasons(them, patient)] == [Zone.YELLOW]
    assert the_item(them, patient).rank == Rank.YELLOW


def test_a_green_that_comes_while_the_page_is_open_stays_and_is_told(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    on_the_screen = closing_of(them, patient)
    them.report(patient, at=them.at + timedelta(minutes=5), **GREEN)
    closed = close(them, on_the_screen)
    assert closed.stays_open
    assert the_item(them, patient).rank == Rank.GREEN


@pytest.mark.parametrize(("values", "rank"), [(RED, Rank.RED), (GREEN, Rank.GREEN)])
def test_a_report_written_before_the_closing_keeps_the_item_open(
    them: Cast, values: dict[str, float], rank: Rank
) -> None:
    """The report holds the item when the nurse presses; she waits, and is told."""
    patient = them.patient()
    them.report(patient, **RED)
    on_the_screen = closing_of(them, patient)
    later = them.at + timedelta(minutes=5)

    def arrives(pause: Callable[[], None]) -> Outcome:
        with acting(patient.frame(later)):
            one = delivery(patient, later, new_id(), {}, "", values)
            got = receive([one], source=them.source, by=patient, at=later)[0]
            pause()
            return got

    came, closed = overlapping(arrives, lambda: close(them, on_the_screen))
    assert came.taken is Taken.NEW
    assert closed.stays_open
    item = the_item(them, patient)
    assert (item.id, item.rank) == (on_the_screen.item, rank)


@pytest.mark.parametrize(("values", "rank"), [(RED, Rank.RED), (GREEN, Rank.GREEN)])
def test_a_report_that_comes_after_the_closing_opens_a_new_item(
    them: Cast, values: dict[str, float], rank: Rank
) -> None:
    """The closing holds the item when the report comes; the report is never lost with it."""
    patient = them.patient()
    them.report(patient, **RED)
    on_the_screen = closing_of(them, patient)
    at = them.at + timedelta(minutes=5)

    def closes(pause: Callable[[], None]) -> Closed:
        with them.acting(them.nurse, at=at) as by:
            closed = handling.close(closing=on_the_screen, by=by, at=at)
            pause()
            return closed

    closed, came = overlapping(closes, lambda: them.report(patient, at=at, **values))
    assert not closed.stays_open
    assert came.taken is Taken.NEW
    item = the_item(them, patient)
    assert item is not None
    assert (item.id != on_the_screen.item, item.rank) == (True, rank)


def test_closing_and_reporting_at_once_never_loses_the_report(them: Cast) -> None:
    """Whoever is first, the nurse is told rightly, and the new red stands on the list."""
    for _ in range(8):
        patient = them.patient()
        them.report(patient, **RED)
        on_the_screen = closing_of(them, patient)
        at = them.at + timedelta(minutes=5)
        closed, came = together(
            lambda c=on_the_screen: close(them, c, minutes=6),
            lambda p=patient, at=at: them.report(p, at=at, **RED),
        )
        assert came.taken is Taken.NEW
        item, left = the_item(them, patient), open_reasons(them, patient)
        assert item is not None
        assert item.rank == Rank.RED
        assert [reason.item_id for reason in left] == [item.id]
        assert closed.stays_open == (item.id == on_the_screen.item)


# Acknowledging greens while something comes


@pytest.mark.parametrize("arrives_first", [True, False])
def test_a_green_that_comes_while_greens_are_acknowledged_is_not_swept_away(
    them: Cast, arrives_first: bool
) -> None:
    patient = them.patient()
    them.report(patient, **GREEN)
    with them.acting(them.nurse):
        (row,) = queries.worklist(them.nurse)
        seen = row.seen
    at = them.at + timedelta(minutes=5)

    def arrives(pause: Callable[[], None] = lambda: None) -> Outcome:
        with acting(patient.frame(at)):
            one = delivery(patient, at, new_id(), {}, "", GREEN)
            got = receive([one], source=them.source, by=patient, at=at)[0]
            pause()
            return got

    def acknowledges(pause: Callable[[], None] = lambda: None) -> list[UUID]:
        with them.acting(them.nurse, at=at) as by:
            closed = handling.acknowledge_greens(seen=[seen], by=by, at=at)
            pause()
            return closed

    if arrives_first:
        _, closed = overlapping(arrives, acknowledges)
        assert closed == []
    else:
        closed, _ = overlapping(acknowledges, arrives)
        assert closed == [seen.item]
    item = the_item(them, patient)
    assert item is not None
    assert item.rank == Rank.GREEN
    assert (item.id == seen.item) is arrives_first


def test_a_message_that_comes_while_greens_are_acknowledged_is_not_swept_away(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **GREEN)
    with them.acting(them.nurse):
        (row,) = queries.worklist(them.nurse)

    def writes(pause: Callable[[], None]) -> None:
        with acting(patient.frame(them.at)):
            reason = NewReason("message", about={"excerpt": "Jeg er svimmel"})
            raise_work(patient.actor, reason, zone=patient.zone, at=them.at)
            pause()

    def acknowledges() -> list[UUID]:
        with them.acting(them.nurse) as by:
            return handling.acknowledge_greens(seen=[row.seen], by=by, at=them.at)

    _, closed = overlapping(writes, acknowledges)
    assert closed == []
    assert the_item(them, patient).rank == Rank.WORK


# Exactly once


def test_the_same_report_posted_at_once_by_many_threads_is_kept_once(them: Cast) -> None:
    patient, once = them.patient(), new_id()
    got = together(*(lambda: sent(them, patient, once, RED) for _ in range(4)))
    assert sorted(one.taken for one in got) == [Taken.DUPLICATE] * 3 + [Taken.NEW]
    with acting(patient.frame(them.at)):
        start, end = them.at - timedelta(days=1), them.at + timedelta(days=1)
        assert len(measured.reports(patient.actor, start=start, end=end)) == 1
        kept = measured.series(patient.actor, list(RED), start=start, end=end)
        assert {kind: [p.value for p in points] for kind, points in kept.items()} == {
            kind: [value] for kind, value in RED.items()
        }
        assert len(queries.judgements(patient.actor, start=start, end=end)) == 1
    assert len(open_reasons(them, patient)) == 1
