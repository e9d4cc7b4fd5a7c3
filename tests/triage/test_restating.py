"""Restating: what is stored is compared with the facts; raised where worse, never lowered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from tests import database
from tests.people import Cast
from tests.triage.test_concurrent import GREEN, RED, close, closing_of, open_reasons, the_item
from varde.clock.restate import restate_all
from varde.core.zones import Zone
from varde.people.queries import cooperation_of
from varde.people.viewer import Viewer
from varde.triage import queries
from varde.triage.models import Item
from varde.triage.restating import Found, restate
from varde.triage.worklist import Rank

YELLOW = {**GREEN, "pulse": 110}


def tamper(statement: str, *asked: Any) -> None:
    """As someone who is above every wall."""
    with psycopg.connect(database.server().dsn("postgres", database.NAME)) as connection:
        assert connection.execute(statement, asked).rowcount > 0  # type: ignore[arg-type]


def hidden(patient: Viewer) -> None:
    """What was judged is called green, and nothing of it stands on the list."""
    tamper("update triage_judgement set zone = 1, reasons = '[]' where patient_id = %s",
           patient.actor)  # fmt: skip
    tamper("update triage_reason set open = false where patient_id = %s", patient.actor)
    tamper("update triage_item set open = false where patient_id = %s", patient.actor)


def restated(them: Cast, *, hours: int = 1) -> Found:
    at = them.at + timedelta(hours=hours)
    with them.acting(at=at) as by:
        return restate(zone=by.zone, at=at)


def zone_of(them: Cast, patient: Viewer) -> Zone:
    with them.acting():
        state = queries.state_of(patient.actor)
        assert state is not None
        return Zone(state.zone)


def test_when_all_is_as_it_should_be_nothing_is_raised(them: Cast) -> None:
    for values in (GREEN, YELLOW, RED):
        patient = them.patient()
        them.report(patient, **values)
    with them.acting(them.nurse):
        before = [(row.item.id, row.item.version) for row in queries.worklist(them.nurse)]
    found = restated(them)
    assert (found.looked, found.differed, found.raised) == (3, 0, 0)
    with them.acting(them.nurse):
        rows = queries.worklist(them.nurse)
        assert [(row.item.id, row.item.version) for row in rows] == before


@pytest.mark.parametrize(("values", "rank"), [(RED, Rank.RED), (YELLOW, Rank.YELLOW)])
def test_a_state_that_was_made_milder_is_found_and_put_on_the_list(
    them: Cast, values: dict[str, float], rank: Rank
) -> None:
    patient = them.patient()
    them.report(patient, **values)
    close(them, closing_of(them, patient))
    tamper("update triage_state set zone = 1 where patient_id = %s", patient.person)
    found = restated(them)
    assert (found.differed, found.raised) == (1, 1)
    item = the_item(them, patient)
    assert item is not None
    assert item.rank == rank


def test_a_state_that_was_made_milder_is_made_right_again(them: Cast) -> None:
    """«Raises by itself» (decisions 4.7): else the page goes on showing green."""
    patient = them.patient()
    them.report(patient, **RED)
    tamper("update triage_state set zone = 1 where patient_id = %s", patient.person)
    restated(them)
    assert zone_of(them, patient) is Zone.RED


def test_a_state_worse_than_the_facts_is_not_lowered_but_given_to_a_person(them: Cast) -> None:
    """«A stored state worse than the facts becomes an item for a person» (decisions 4.7)."""
    patient = them.patient()
    them.report(patient, **GREEN)
    tamper("update triage_state set zone = 3 where patient_id = %s", patient.person)
    found = restated(them)
    assert found.differed == 1
    assert zone_of(them, patient) is Zone.RED
    item = the_item(them, patient)
    assert item.rank < Rank.GREEN, "it differs, and nobody is told"


def test_the_same_difference_is_raised_once_however_often_it_is_looked_for(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    close(them, closing_of(them, patient))
    tamper("update triage_state set zone = 1 where patient_id = %s", patient.person)
    for hours in (1, 2, 3):
        restated(them, hours=hours)
    assert len(open_reasons(them, patient)) == 1


def test_a_report_that_no_list_shows_is_found_and_put_on_the_list(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    tamper("delete from triage_reason where patient_id = %s", patient.person)
    tamper("update triage_item set open = false where patient_id = %s", patient.person)
    assert the_item(them, patient) is None
    restated(them)
    item = the_item(them, patient)
    assert item is not None
    assert item.rank == Rank.RED


def test_a_place_that_was_lowered_is_raised_to_its_worst_open_reason(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    tamper("update triage_item set rank = 4 where patient_id = %s and open", patient.person)
    restated(them)
    assert the_item(them, patient).rank == Rank.RED


def test_a_place_that_was_closed_with_open_reasons_is_opened_again(them: Cast) -> None:
    """Nobody handled it, and it is gone from the list."""
    patient = them.patient()
    them.report(patient, **RED)
    tamper("update triage_item set open = false where patient_id = %s", patient.person)
    restated(them)
    item = the_item(them, patient)
    assert item is not None
    assert item.rank == Rank.RED


def test_nothing_is_lowered(them: Cast) -> None:
    """A red place stays red, with its reasons, whatever is found."""
    patient = them.patient()
    them.report(patient, **RED)
    them.report(patient, at=them.at + timedelta(minutes=1), **GREEN)
    before = the_item(them, patient)
    restated(them)
    after = the_item(them, patient)
    assert (after.id, after.rank, after.since) == (before.id, Rank.RED, before.since)


def test_what_was_handled_is_not_raised_again(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    close(them, closing_of(them, patient))
    assert restated(them).raised == 0
    assert the_item(them, patient) is None


def test_two_reports_of_the_same_moment_do_not_look_like_a_difference(them: Cast) -> None:
    """The worse of the two holds, also when the milder one came last."""
    patient = them.patient()
    them.report(patient, **RED)
    them.report(patient, at=them.at + timedelta(minutes=1), taken_at=them.at, **GREEN)
    assert zone_of(them, patient) is Zone.RED
    assert restated(them).differed == 0


def test_the_command_says_what_it_found_for_each_cooperation(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    tamper("update triage_state set zone = 1 where patient_id = %s", patient.person)
    key = cooperation_of(them.tenant).key
    with them.clock():
        said = restate_all(cooperation=key)
    assert said == f"{key}: 1 patients, 1 differed, 1 raised"


def test_the_nurse_sees_why_it_was_raised(them: Cast) -> None:
    """A red row without a word would be a riddle."""
    patient = them.patient(given="Urd")
    them.report(patient, **RED)
    close(them, closing_of(them, patient))
    tamper("update triage_state set zone = 1 where patient_id = %s", patient.person)
    restated(them)
    with them.acting():
        assert Item.objects.filter(patient_id=patient.person, open=True).exists()
    with them.clock(them.at + timedelta(hours=1)):
        page = them.browser(them.nurse).get("/nurse/").content.decode()
    row = page.split("Urd Tindheim</a>")[1].split("</li>")[0]
    why = row.split('class="p-c-why">')[1].split("</div>")[0]
    first = why.split("<p>")[1].split("</p>")[0]
    assert first.strip(), "the row gives no reason"
