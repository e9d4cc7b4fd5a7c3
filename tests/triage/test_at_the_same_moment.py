"""Two reports of one patient at the same moment: the later rule sees the earlier reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.exchange.machine import EARLIER, Machine, letter, observation, reasons
from tests.people import Cast
from tests.triage.at_once import overlapping
from varde.core.zones import Zone
from varde.people.viewer import Viewer
from varde.triage import intake


def weight(patient: Viewer, kilograms: float, days: int) -> dict[str, Any]:
    at = EARLIER - timedelta(days=days)
    return observation(patient, kilograms, "kg", "29463-7", at=at)


def test_of_two_weights_at_once_the_second_sees_the_first(them: Cast, monkeypatch: Any) -> None:
    """The first is written and not committed when the second begins to look."""
    patient = them.patient(programme="heart-failure")
    machine, other = Machine(them), Machine(them)
    kept = intake.rejudge

    def first(pause: Callable[[], None]) -> Any:
        def rejudge(*args: Any, **more: Any) -> None:
            kept(*args, **more)
            pause()

        monkeypatch.setattr(intake, "rejudge", rejudge)
        return machine.post(weight(patient, 82.0, 2))

    def second() -> Any:
        monkeypatch.setattr(intake, "rejudge", kept)
        return other.post(weight(patient, 84.5, 0))

    one, two = overlapping(first, second)
    assert (one.status, two.status) == (201, 201)
    assert letter(two.body) == "HH"
    assert max(reason.zone for reason in reasons(them, patient, "report")) == Zone.RED
