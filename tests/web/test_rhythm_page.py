"""How often a patient measures, as agreed: another weekday, every weekday, every day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.people import OSLO, Cast
from tests.plan.agreed import approved, responsible
from tests.triage.at_once import together
from tests.triage.test_concurrent import GREEN
from tests.web.test_patient_pages import said
from varde.core.expectation import Agreed, Own, Rhythm, is_due, rhythm_on, window
from varde.measuring.models import Expectation, OwnRhythm
from varde.measuring.rhythm import set_rhythm
from varde.pathway import regime
from varde.people.viewer import Viewer

DAY = timedelta(days=1)
MONDAY = date(2026, 11, 16)


def agree(them: Cast, patient: Viewer, **more: str) -> Any:
    form = {"patient": str(patient.person), "often": "weekly-3", "since": "2026-11-16",
            "why": "Datteren er der på torsdager"}  # fmt: skip
    url = f"/nurse/patient/{patient.person}/rhythm"
    return them.browser(them.nurse).post(url, form | more, follow=True)


def expected(them: Cast, patient: Viewer, days: int = 14) -> list[int]:
    """The days, from the Monday, on which a report is asked for."""
    for n in range(days):
        day = MONDAY + n * DAY
        midnight = datetime.combine(day, datetime.min.time(), OSLO)
        with them.acting(at=midnight):
            regime.expect_today(unit=them.units["service"], day=day, at=midnight, zone=OSLO)
    with them.acting():
        rows = Expectation.objects.filter(patient_id=patient.actor, day__gte=MONDAY)
        return sorted((row.day - MONDAY).days for row in rows)


@pytest.mark.parametrize(
    ("own", "due"),
    [
        (Own(Rhythm.WEEKLY, 3, MONDAY), [3, 10]),
        (Own(Rhythm.WEEKDAYS, 0, MONDAY), [0, 1, 2, 3, 4, 7, 8, 9, 10, 11]),
        (Own(Rhythm.DAILY, 0, MONDAY + 10 * DAY), [2, 9, 10, 11, 12, 13]),
        (None, [2, 9]),
    ],
)
def test_the_days_that_are_due(own: Own | None, due: list[int]) -> None:
    agreed = Agreed(date(2026, 6, 1), 2, own=own)
    found = [n for n in range(14) if is_due(MONDAY + n * DAY, agreed, green=True)]
    assert found == due
    assert rhythm_on(MONDAY, agreed, green=False) is Rhythm.DAILY


def test_every_weekday_has_the_grace_of_every_day() -> None:
    one, other = (window(MONDAY, rhythm, OSLO) for rhythm in (Rhythm.WEEKDAYS, Rhythm.DAILY))
    assert one == other


def test_it_is_agreed_the_clock_asks_by_it_and_the_patient_sees_it(them: Cast) -> None:
    patient = them.patient(weekday=2)
    them.report(patient, at=them.at - DAY, **GREEN)
    with them.clock():
        page = said(agree(them, patient))
        assert "Lagret. Pasienten ser når neste måling er." in page
        assert "hver torsdag, daglig ved gul og rød avtalt fra 16.11., Inga Prøvestad" in page
        assert "«Datteren er der på torsdager»" in page
        today = said(them.browser(patient).get("/patient/"))
        assert "Neste måling er torsdag 19. november." in today
        group = said(them.browser(them.nurse).get("/nurse/?weekday=3"))
        assert "Arbeidsliste" in group
    assert expected(them, patient) == [3, 10]


def test_every_weekday_and_back_to_the_programme(them: Cast) -> None:
    patient = them.patient(weekday=2)
    them.report(patient, at=them.at - DAY, **GREEN)
    with them.clock():
        assert "hver hverdag" in said(agree(them, patient, often="weekdays"))
    assert expected(them, patient, 7) == [0, 1, 2, 3, 4]
    with them.clock():
        back = said(agree(them, patient, programme="1"))
        assert "Pasienten måler som programmet sier." in back
        assert "Som programmet sier." in back
    with them.acting(them.nurse):
        assert OwnRhythm.objects.get(patient_id=patient.actor).ended_at is not None


def test_who_has_a_plan_on_paper_is_to_have_a_new_print(them: Cast) -> None:
    patient = them.patient(weekday=2)
    responsible(them, patient)
    with them.clock():
        assert "ny utskrift" not in said(agree(them, patient, often="weekdays"))
    approved(them, patient)
    with them.clock():
        assert "Gi pasienten en ny utskrift." in said(agree(them, patient, often="daily"))
        assert "Gi pasienten en ny utskrift." in said(agree(them, patient, programme="1"))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"often": "weekly"}, "Velg hvor ofte"),
        ({"often": "weekly-9"}, "Velg hvor ofte"),
        ({"often": "daily-1"}, "Velg hvor ofte"),
        ({"often": "moon"}, "Velg hvor ofte"),
        ({"since": "2026-11-15"}, "Velg hvor ofte"),
        ({"since": "9999-01-01"}, "Velg hvor ofte"),
        ({"since": ""}, "Velg hvor ofte"),
        ({"why": "?"}, "Skriv hvorfor"),
    ],
)
def test_what_is_no_agreement_changes_nothing(them: Cast, more: dict[str, str], told: str) -> None:
    patient = them.patient()
    with them.clock():
        page = said(agree(them, patient, **more))
    assert told in page
    assert "Som programmet sier." in page


def test_who_changed_the_day_is_in_that_days_group(them: Cast) -> None:
    moved, other = them.patient(given="Ada", weekday=2), them.patient(given="Bo", weekday=2)
    for one in (moved, other):
        them.report(one, **GREEN | {"spo2": 84})
    with them.clock():
        agree(them, moved)
        nurse = them.browser(them.nurse)
        wednesdays, thursdays = (said(nurse.get(f"/nurse/?weekday={n}")) for n in (2, 3))
    assert ("Bo Tindheim" in wednesdays, "Ada Tindheim" in wednesdays) == (True, False)
    assert ("Bo Tindheim" in thursdays, "Ada Tindheim" in thursdays) == (False, True)


def test_two_at_once_leave_one(them: Cast) -> None:
    patient = them.patient()

    def choose(day: int) -> None:
        with them.acting(them.nurse) as by:
            own = Own(Rhythm.WEEKLY, day, MONDAY)
            set_rhythm(patient=patient.actor, own=own, why="Passer bedre", by=by, at=them.at)

    together(lambda: choose(1), lambda: choose(4))
    with them.acting(them.nurse):
        assert OwnRhythm.objects.filter(patient_id=patient.actor, ended_at=None).count() == 1


def test_the_doctor_reads_it_and_may_not_change_it(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        agree(them, patient)
        gp = them.browser(them.gp)
        page = said(gp.get(f"/doctor/patient/{patient.person}"))
        assert "hver torsdag" in page
        assert "Avtal noe annet" not in page
        assert gp.post(f"/nurse/patient/{patient.person}/rhythm", {}).status_code == 403
