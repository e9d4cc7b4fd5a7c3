"""Words: what the nurse is to act on stands where she acts, on the row and in the panel."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.exchange.machine import Machine, observation
from tests.people import NOW, Cast
from tests.triage.test_concurrent import GREEN, RED, the_item
from tests.web.test_nurse_pages import get, row_of, said
from varde.clock import tasks
from varde.dialogue.actions import write_note
from varde.people.viewer import Viewer
from varde.triage import handling, queries
from varde.triage.worklist import Rank

DEADLINE = NOW.replace(hour=12, minute=1) + timedelta(days=1)


def page_of(them: Cast, patient: Viewer, at: int = 0) -> str:
    with them.clock(NOW + timedelta(minutes=at)):
        page = them.browser(them.nurse).get(f"/nurse/patient/{patient.person}")
    return said(page)


def test_what_the_patient_wrote_stands_with_the_red(them: Cast) -> None:
    patient = them.patient(given="Ragna")
    them.report(patient, comment="Verre i kveld, sover ikke", **RED)
    assert "Pasienten skrev: «Verre i kveld, sover ikke»" in row_of(get(them), "Ragna")
    page = page_of(them, patient)
    assert page.count("Verre i kveld, sover ikke") >= 3, "in the panel, the note and the timeline"


def test_a_doctors_note_is_read_where_it_is_handled(them: Cast) -> None:
    patient = them.patient(given="Ragna")
    with them.acting(them.gp) as by:
        write_note(patient=patient.actor, text="Stopp vanndrivende i helgen", by=by, at=NOW)
    told = "Ulest notat fra Marit Prøvestad: «Stopp vanndrivende i helgen»"
    assert told in row_of(get(them), "Ragna")
    assert told in page_of(them, patient)


def test_who_was_red_and_falls_silent_stands_among_the_yellows(them: Cast) -> None:
    ill, calm = them.patient(given="Ragna", weekday=3), them.patient(given="Tone", service_model=2)
    them.report(ill, at=NOW - timedelta(days=1), **RED)
    them.report(calm, at=NOW - timedelta(days=1), **GREEN)
    with them.acting(them.nurse) as by:
        for patient in (ill, calm):
            item = the_item(them, patient)
            reasons = tuple(one.id for one in queries.reasons_of([item.id])[item.id])
            closing = handling.Closing(
                item.id, reasons, "worsening", ("phone-answered",), heard_at=NOW
            )
            handling.close(closing=closing, by=by, at=NOW)
    tasks.expect(at=NOW)
    tasks.overdue(at=DEADLINE)
    assert (the_item(them, ill).rank, the_item(them, calm).rank) == (Rank.YELLOW, Rank.WORK)
    with them.clock(DEADLINE):
        page = them.browser(them.nurse).get("/nurse/")
    assert "hele rapporten. Det siste var rødt" in row_of(page, "Ragna")
    assert "Det siste var" not in row_of(page, "Tone")


def test_of_two_equally_bad_the_newest_stands_under_the_newest_time(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, at=NOW, **{**GREEN, "spo2": 86})
    them.report(patient, at=NOW + timedelta(minutes=9), **{**GREEN, "spo2": 84})
    page = page_of(them, patient, at=10)
    head = page[page.index("SpO₂ 8") :][:80]
    assert "SpO₂ 84 %" in head
    assert "Målt i dag 10:09" in page


# A reading that its sender takes back


def test_a_red_that_is_taken_back_says_so_and_stays(them: Cast) -> None:
    patient = them.patient(given="Ragna")
    machine = Machine(them, name="Gateway Nord")
    at = NOW - timedelta(minutes=5)
    machine.post(observation(patient, 85, identifier="a-1", at=at))
    machine.post(observation(patient, 85, identifier="a-1", at=at, status="entered-in-error"))
    row = row_of(get(them), "Ragna")
    assert "Gateway Nord har trukket tilbake SpO₂ 85 %" in row
    assert the_item(them, patient).rank == Rank.RED, "what nobody has seen is not lowered"
    assert "Gateway Nord har trukket tilbake SpO₂ 85 %" in page_of(them, patient)


def test_a_red_that_is_corrected_says_to_what(them: Cast) -> None:
    patient = them.patient(given="Ragna")
    machine = Machine(them, name="Gateway Nord")
    at = NOW - timedelta(minutes=5)
    machine.post(observation(patient, 85, identifier="a-1", at=at))
    for _ in range(2):
        machine.post(observation(patient, 95, identifier="a-1", at=at, status="corrected"))
    row = row_of(get(them), "Ragna")
    assert row.count("Gateway Nord har rettet SpO₂ 85 % til SpO₂ 95 %") == 1


def test_a_green_that_is_corrected_to_green_is_no_work(them: Cast) -> None:
    patient = them.patient()
    machine = Machine(them)
    at = NOW - timedelta(minutes=5)
    machine.post(observation(patient, 96, identifier="a-1", at=at))
    machine.post(observation(patient, 95, identifier="a-1", at=at, status="corrected"))
    assert the_item(them, patient).rank == Rank.GREEN


def test_what_has_no_colour_is_done_without_being_judged(them: Cast) -> None:
    patient = them.patient(given="Ragna")
    with them.acting(them.gp) as by:
        write_note(patient=patient.actor, text="Til orientering", by=by, at=NOW)
    with them.clock():
        browser = them.browser(them.nurse)
        page = browser.get(f"/nurse/patient/{patient.person}").content.decode()
        form = page[page.index("data-handle") :]
        asked = re.findall(r'name="(reason|heard_at|patient)" value="([^"]*)"', form)
        assert re.search(r'value="done"[^>]*checked', form)
        closed = browser.post(
            f"/nurse/handle/{the_item(them, patient).id}",
            {**dict(asked), "assessment": "done"},
        )
    assert closed.status_code == 302
    assert the_item(them, patient) is None
    assert "Lest eller gjort" in page_of(them, patient)


def test_what_has_a_colour_is_not_only_done(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    with them.clock():
        page = them.browser(them.nurse).get(f"/nurse/patient/{patient.person}").content.decode()
    assert 'value="done"' not in page


def test_a_row_says_that_the_newest_is_milder(them: Cast) -> None:
    patient = them.patient(given="Ragna")
    them.report(patient, at=NOW - timedelta(hours=2), **RED)
    them.report(patient, at=NOW - timedelta(minutes=1), **GREEN)
    assert "Det siste, målt i dag 09:59, var: Grønn" in row_of(get(them), "Ragna")


def test_one_hit_opens(them: Cast) -> None:
    patient = them.patient(given="Solveig", family="Enestående")
    with them.clock():
        found = them.browser(them.nurse).get("/nurse/search?q=enest")
    assert found["Location"] == f"/nurse/patient/{patient.person}"
