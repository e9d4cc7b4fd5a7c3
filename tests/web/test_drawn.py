"""A row of the list is drawn once for all who see it, and never stands for what has changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches

from tests.people import NOW, Cast, cast
from tests.triage.test_concurrent import GREEN, RED, closing_of, the_item
from tests.web.test_nurse_pages import YELLOW, get, greens, post, row_of
from varde.dialogue.actions import send_message, write_note
from varde.people.viewer import Viewer
from varde.triage import handling
from varde.triage.worklist import NewReason, raise_work
from varde.web.nurse import drawn


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of those whose rows were made, in turn."""
    made: list[str] = []
    draw = drawn._draw

    def counted(row: Any, viewer: Viewer) -> drawn.Drawn:
        made.append(row.name)
        return draw(row, viewer)

    monkeypatch.setattr(drawn, "_draw", counted)
    return made


def text(page: Any) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page.content.decode())


def test_a_row_is_drawn_once_for_both_nurses(them: Cast, times: list[str]) -> None:
    them.report(them.patient(given="Solveig"), **RED)
    them.report(them.patient(given="Una"), **GREEN)
    first, second = get(them), get(them, by=them.other_nurse)
    assert times == ["Solveig Tindheim", "Una Tindheim"]
    assert row_of(first, "Solveig") == row_of(second, "Solveig") != ""


def test_a_minute_later_the_time_waited_is_another(them: Cast, times: list[str]) -> None:
    them.report(them.patient(given="Solveig"), **RED)
    assert "0 min" in row_of(get(them), "Solveig")
    assert "1 min" in row_of(get(them, minutes=1), "Solveig")
    assert len(times) == 2


def test_only_the_one_that_changed_is_drawn_again(them: Cast, times: list[str]) -> None:
    patient = them.patient(given="Solveig")
    for name in ("Una", "Dua", "Tria"):
        them.report(them.patient(given=name), **YELLOW)
    them.report(patient, **YELLOW)
    get(them)
    times.clear()
    them.report(patient, at=NOW + timedelta(seconds=20), **RED)
    assert "86" in row_of(get(them), "Solveig")
    assert times == ["Solveig Tindheim"]


def _message(them: Cast, patient: Viewer) -> None:
    with them.acting(patient) as by:
        send_message(patient=patient.actor, text="Jeg er tung i pusten", by=by, at=NOW)


def _note(them: Cast, patient: Viewer) -> None:
    with them.acting(them.gp) as by:
        write_note(patient=patient.actor, text="Se på henne i dag", by=by, at=NOW)


def _take(them: Cast, patient: Viewer) -> None:
    item = the_item(them, patient)
    assert item is not None
    with them.acting(them.other_nurse) as by:
        handling.take(item=item.id, by=by, at=NOW)


def _try(them: Cast, patient: Viewer) -> None:
    closing = closing_of(them, patient, acts=("no-answer",))
    with them.acting(them.other_nurse) as by:
        handling.attempt(closing=closing, by=by, at=NOW)


def _close_the_first(them: Cast, patient: Viewer) -> None:
    """What came after the screen was made stays; its row must be its own."""
    closing = closing_of(them, patient)
    _work(them, patient)
    with them.acting(them.other_nurse) as by:
        handling.close(closing=closing, by=by, at=NOW)


def _work(them: Cast, patient: Viewer) -> None:
    reason = NewReason("missing", about={"day": "2026-11-16", "lacks": ["weight"]})
    with them.acting():
        raise_work(patient.actor, reason, zone="Europe/Oslo", at=NOW)


ACTS: dict[str, Callable[[Cast, Viewer], Any]] = {
    "a red": lambda them, patient: them.report(patient, **RED),
    "another yellow": lambda them, patient: them.report(patient, **(YELLOW | {"pulse": 112})),
    "a plain green": lambda them, patient: them.report(
        patient, at=NOW + timedelta(seconds=30), **GREEN
    ),
    "a comment": lambda them, patient: them.report(patient, comment="Vondt i brystet", **GREEN),
    "a message": _message,
    "a doctor's note": _note,
    "work": _work,
    "taken": _take,
    "tried": _try,
    "partly closed": _close_the_first,
}


NOT_WITH_A_GREEN = ("tried", "partly closed")  # a green is acknowledged, not worked with


@pytest.mark.parametrize(
    ("name", "before"),
    [(name, "yellow") for name in ACTS]
    + [(name, "green") for name in ACTS if name not in NOT_WITH_A_GREEN],
)
def test_what_is_kept_is_what_would_be_drawn_now(them: Cast, name: str, before: str) -> None:
    """Whatever is done within the minute, the list says what a list drawn anew says."""
    patient = them.patient(given="Solveig")
    them.report(patient, **(YELLOW if before == "yellow" else GREEN))
    earlier = text(get(them))
    ACTS[name](them, patient)
    kept = text(get(them))
    caches["rows"].clear()
    assert kept == text(get(them))
    assert kept != earlier


def test_a_green_that_was_heard_again_carries_the_new_time_and_can_be_closed(them: Cast) -> None:
    """Else it would be refused as changed for as long as the old row stood."""
    patient = them.patient(given="Solveig")
    them.report(patient, **GREEN)
    (old,) = greens(get(them))
    them.report(patient, at=NOW + timedelta(seconds=30), **GREEN)
    (new,) = greens(get(them))
    assert new != old
    post(them, "/nurse/acknowledge", seen=new)
    assert the_item(them, patient) is None


def test_what_i_have_is_mine_on_my_list_only(them: Cast) -> None:
    patient = them.patient(given="Solveig")
    them.report(patient, **RED)
    _take(them, patient)
    for _ in range(2):
        assert "Deg" in row_of(get(them, by=them.other_nurse), "Solveig")
        assert "Gi tilbake" not in row_of(get(them), "Solveig")


def test_a_row_kept_for_one_cooperation_is_not_in_anothers_list(them: Cast) -> None:
    them.report(them.patient(given="Solveig"), **RED)
    assert row_of(get(them), "Solveig")
    others = cast()
    assert row_of(get(others), "Solveig") == ""
