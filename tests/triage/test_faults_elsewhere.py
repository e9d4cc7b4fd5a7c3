"""Faults that have been found in systems that others have published, one test each.

The open 2015 code of a Danish system was read through; what it did wrong is not done here.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.pathway.test_pausing import pause
from tests.people import NOW, Cast
from tests.triage.test_concurrent import GREEN, RED, open_reasons, the_item
from tests.triage.test_handling import message_from_patient
from tests.triage.test_measure_again import place
from varde.clock import tasks
from varde.core.pause import Why
from varde.core.quantities import BY_NAME
from varde.core.thresholds import Limits, breach
from varde.core.zones import Zone
from varde.triage import queries
from varde.triage.models import Item
from varde.triage.worklist import Rank

SEEN = re.compile(r'name="seen" value="([^"]+)"')
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def test_a_patient_in_two_groups_is_counted_once(them: Cast) -> None:
    """There the list's total joined the groups, and counted the patient in each."""
    patient = them.both()
    them.report(patient, **RED)
    with them.acting(them.nurse) as by:
        assert queries.counts(by)[Rank.RED] == 1
        assert [row.item.patient_id for row in queries.worklist(by)] == [patient.actor]


def test_acknowledge_all_greens_is_of_all_and_not_of_the_first_page(them: Cast) -> None:
    """There it covered the first ten rows, the red ones among them."""
    greens = [them.patient() for _ in range(queries.PAGE + 5)]
    for patient in greens:
        them.report(patient, **GREEN)
    for _ in range(3):
        them.report(them.patient(), **RED)
    browser, left = them.browser(them.nurse), len(greens)
    with them.clock(at=NOW + HOUR):
        while shown := SEEN.findall(browser.get("/nurse/").content.decode()):
            browser.post("/nurse/acknowledge", {"seen": shown})
            assert len(shown) <= left, "what was acknowledged stands there again"
            left -= len(shown)
    assert left == 0
    with them.acting(them.nurse) as by:
        assert queries.counts(by)[Rank.RED] == 3


@pytest.mark.parametrize("address", ["/nurse/acknowledge", "/nurse/undo"])
def test_what_changes_the_list_is_never_done_by_opening_an_address(
    them: Cast, address: str
) -> None:
    """There the greens were acknowledged by a GET: a link, or a browser that looks ahead."""
    patient = them.patient()
    them.report(patient, **GREEN)
    with them.clock():
        answer = them.browser(them.nurse).get(address)
    assert answer.status_code in (404, 405)
    assert the_item(them, patient).rank == Rank.GREEN


def test_the_red_that_has_waited_longest_stands_first(them: Cast) -> None:
    """There reds of equal colour stood by name."""
    late, soon = them.patient(family="Åmot"), them.patient(family="Aasen")
    them.report(late, at=NOW - 3 * HOUR, **RED)
    them.report(soon, at=NOW - HOUR, **RED)
    with them.acting(them.nurse) as by:
        shown = [row.item.patient_id for row in queries.worklist(by)]
    assert shown == [late.actor, soon.actor]


def test_a_message_that_nobody_reads_rises_on_the_list(them: Cast) -> None:
    """There an unread message put the patient on the list and gave no place in its order."""
    patient, yellow = them.patient(), them.patient()
    message_from_patient(them, patient)
    later = NOW + 4 * DAY
    them.report(yellow, at=later - HOUR, **{**GREEN, "pulse": 110})
    with them.acting(them.nurse, at=later) as by:
        shown = [row.item.patient_id for row in queries.worklist(by)]
    assert shown == [patient.actor, yellow.actor]


def test_a_clock_that_stood_still_for_days_loses_no_report_that_did_not_come(them: Cast) -> None:
    """There only the latest deadline since the last check was looked at."""
    patient = them.patient(service_model=2, began=NOW - 5 * DAY)
    for n in range(3):
        tasks.expect(at=NOW + n * DAY)
    tasks.overdue(at=NOW + 5 * DAY)
    missed = {one.about["day"] for one in open_reasons(them, patient) if one.kind == "missing"}
    assert {"2026-11-16", "2026-11-17", "2026-11-18"} <= missed


def test_a_pause_that_begins_before_the_clock_has_looked_hides_nothing_from_before(
    them: Cast,
) -> None:
    """There a pause before the job ran took away what had been missed before it."""
    patient = them.patient(service_model=2, began=NOW - 5 * DAY)
    tasks.expect(at=NOW - DAY)
    pause(them, patient, Why.HOLIDAY, first=1)
    tasks.overdue(at=NOW + 2 * DAY)
    missed = {one.about["day"] for one in open_reasons(them, patient) if one.kind == "missing"}
    assert "2026-11-15" in missed


@pytest.mark.parametrize("kind", sorted(BY_NAME))
def test_a_bound_belongs_to_the_milder_zone_for_every_kind(kind: str) -> None:
    """There numbers were compared strictly, and urine strips not."""
    step = 10.0 ** -BY_NAME[kind].decimals
    limits = Limits(alert_low=10, warning_low=20, warning_high=30, alert_high=40)
    on = [breach(value, limits) for value in (20.0, 30.0)]
    assert on == [None, None]
    at_alert = [breach(value, limits) for value in (10.0, 40.0)]
    assert [one.zone for one in at_alert if one] == [Zone.YELLOW, Zone.YELLOW]
    past = [breach(value, limits) for value in (10.0 - step, 40.0 + step)]
    assert [one.zone for one in past if one] == [Zone.RED, Zone.RED]


def test_what_has_no_limits_is_work_and_never_silence(them: Cast) -> None:
    """There no threshold was never an alarm."""
    patient = them.patient()
    them.report(patient, temperature=39.4)
    assert {one.kind for one in open_reasons(them, patient)} == {"outside"}
    with them.acting():
        assert Item.objects.get(patient_id=patient.actor, open=True).rank == Rank.WORK


def test_an_answer_that_is_red_is_red_whatever_the_values_are(them: Cast) -> None:
    """There an answer could not overrule what a limit had said."""
    patient = them.patient()
    them.report(patient, answers={"breathing": "much-worse"}, **GREEN)
    assert place(them, patient) == (Rank.RED, Zone.RED)
