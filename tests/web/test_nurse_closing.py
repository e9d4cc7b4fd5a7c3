"""Closing and what follows it: nothing typed is lost, the next is mine, and rows say what is so."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tests.people import NOW, Cast, employ
from tests.triage.test_concurrent import GREEN, RED, open_reasons, the_item, together
from tests.web.test_nurse_pages import YELLOW, get, panel, post, row_of, submit
from tests.web.test_patient_pages import said
from varde.base.rows import new_id
from varde.clock import tasks
from varde.core.access import Role
from varde.core.identifiers import make_orgnr
from varde.core.quantities import BY_NAME
from varde.measuring.incoming import Delivery, rows_of_resource
from varde.measuring.models import Enrolment
from varde.people import actions as people
from varde.people.viewer import Viewer
from varde.triage import queries
from varde.triage.intake import receive
from varde.triage.models import Handling, Task
from varde.triage.refusing import Refusal, raise_refused
from varde.triage.worklist import Rank

CALLED = {"assessment": "worsening", "act": "phone-answered"}


def record(them: Cast, patient: Viewer, *, by: Viewer | None = None, minutes: int = 0) -> Any:
    return get(them, f"/nurse/patient/{patient.person}", by=by, minutes=minutes)


def a_red(them: Cast, given: str = "Solveig", *, minutes: int = 0) -> Viewer:
    patient = them.patient(given=given)
    them.report(patient, at=NOW + timedelta(minutes=minutes), **RED)
    return patient


def call_again(them: Cast, patient: Viewer) -> list[tuple[str, datetime]]:
    with them.acting():
        rows = Task.objects.filter(patient_id=patient.person, occurrence="")
        return [(row.kind, row.due_at) for row in rows]


def handled(them: Cast, patient: Viewer) -> list[tuple[str, str]]:
    with them.acting():
        rows = Handling.objects.filter(patient_id=patient.person).order_by("at")
        return [(row.assessment, row.note) for row in rows]


# The time to call again


@pytest.mark.parametrize("typed", ["14:30", "14.30", "1430", " 14:30 "])
def test_a_time_that_is_typed_is_a_task_to_call_again_then(them: Cast, typed: str) -> None:
    """Without the tick: nobody types a time for nothing."""
    patient = a_red(them)
    form = panel(record(them, patient))
    submit(them, them.browser(them.nurse), form, call_at=typed, **CALLED)
    assert call_again(them, patient) == [("call-again", NOW.replace(hour=14, minute=30))]


def test_a_time_and_the_tick_are_one_task(them: Cast) -> None:
    patient = a_red(them)
    form = panel(record(them, patient))
    submit(them, them.browser(them.nurse), form, next="call-again", call_at="14:30", **CALLED)
    assert call_again(them, patient) == [("call-again", NOW.replace(hour=14, minute=30))]


def test_a_time_that_has_passed_is_tomorrows(them: Cast) -> None:
    patient = a_red(them)
    form = panel(record(them, patient))
    submit(them, them.browser(them.nurse), form, call_at="9", **CALLED)
    tomorrow = NOW.replace(hour=9) + timedelta(days=1)
    assert call_again(them, patient) == [("call-again", tomorrow)]


@pytest.mark.parametrize("typed", ["", "  "])
def test_what_is_no_time_is_no_task(them: Cast, typed: str) -> None:
    patient = a_red(them)
    form = panel(record(them, patient))
    submit(them, them.browser(them.nurse), form, call_at=typed, **CALLED)
    assert call_again(them, patient) == []
    assert the_item(them, patient) is None


# Closed meanwhile


def test_the_note_comes_back_when_another_has_closed_it_meanwhile(them: Cast) -> None:
    patient = a_red(them)
    form = panel(record(them, patient))
    submit(them, them.browser(them.other_nurse), form, note="Terjes", **CALLED)
    answer = submit(
        them, them.browser(them.nurse), form, minutes=6, note="En lang <samtale>", **CALLED
    )
    assert answer.status_code == 409
    assert "Terje Prøvestad har lukket den. Ingenting er lagret." in said(answer)
    assert "Det du skrev, er ikke lagret. Gjelder det fortsatt, så lagre det" in said(answer)
    assert "En lang <samtale>" in said(answer)
    assert handled(them, patient) == [("worsening", "Terjes")]


def test_the_note_comes_back_also_where_something_new_stands_on_the_list(them: Cast) -> None:
    patient = a_red(them)
    form = panel(record(them, patient))
    submit(them, them.browser(them.other_nurse), form, **CALLED)
    them.report(patient, at=NOW + timedelta(minutes=6), **RED)
    answer = submit(
        them, them.browser(them.nurse), form, minutes=7, note="En lang samtale", **CALLED
    )
    assert answer.status_code == 409
    assert panel(answer)["note"] == ["En lang samtale"]
    assert the_item(them, patient).rank == Rank.RED


def test_a_second_press_of_ones_own_is_told_and_saved_once(them: Cast) -> None:
    patient = a_red(them)
    client = them.browser(them.nurse)
    form = panel(record(them, patient))
    for _ in range(2):
        answer = submit(them, client, form, note="Snakket", **CALLED)
    assert (answer.status_code, answer["Location"]) == (302, "/nurse/")
    with them.clock():
        assert "Notatet ditt ble ikke lagret en gang til." in said(client.get("/nurse/"))
    assert handled(them, patient) == [("worsening", "Snakket")]


# The next one


def test_the_next_one_is_taken_for_whoever_closed(them: Cast) -> None:
    first, second = a_red(them, "Una"), a_red(them, "Dua", minutes=1)
    form = panel(record(them, first))
    answer = submit(them, them.browser(them.nurse), form, **CALLED)
    assert answer["Location"] == f"/nurse/patient/{second.person}"
    assert the_item(them, second).taken_by_id == them.nurse.person


def test_the_next_one_is_not_one_that_another_has_taken(them: Cast) -> None:
    first, second, third = (a_red(them, f"P{n}", minutes=n) for n in range(3))
    form = panel(record(them, first))
    post(them, f"/nurse/take/{the_item(them, second).id}", by=them.other_nurse)
    answer = submit(them, them.browser(them.nurse), form, **CALLED)
    assert answer["Location"] == f"/nurse/patient/{third.person}"
    assert the_item(them, second).taken_by_id == them.other_nurse.person


def test_one_that_is_taken_just_as_it_was_found_is_passed_by(
    them: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (a_red(them, f"P{n}", minutes=n) for n in range(3))
    form = panel(record(them, first))
    real, found = queries.next_item, []

    def next_item(viewer: Viewer, after: Any) -> Any:
        following = real(viewer, after)
        if not found:
            address = f"/nurse/take/{following.id}"
            together(lambda: post(them, address, by=them.other_nurse))
        found.append(following.patient_id)
        return following

    monkeypatch.setattr(queries, "next_item", next_item)
    answer = submit(them, them.browser(them.nurse), form, **CALLED)
    assert found == [second.person, third.person]
    assert answer["Location"] == f"/nurse/patient/{third.person}"
    assert the_item(them, second).taken_by_id == them.other_nurse.person
    assert the_item(them, first) is None


# An attempt


def test_an_attempt_keeps_the_note_and_the_patient_on_the_list(them: Cast) -> None:
    patient = a_red(them)
    client = them.browser(them.nurse)
    answer = submit(
        them, client, panel(record(them, patient)), attempt="1", act="phone-no-answer",
        call_at="13.30", note="Ringte to ganger.",
    )  # fmt: skip
    assert answer["Location"] == f"/nurse/patient/{patient.person}"
    item = the_item(them, patient)
    assert (item.rank, item.since, item.taken_by_id) == (Rank.RED, NOW, them.nurse.person)
    assert [reason.zone for reason in open_reasons(them, patient)] == [3]
    assert handled(them, patient) == [("attempted", "Ringte to ganger.")]
    assert call_again(them, patient) == [("call-again", NOW.replace(hour=13, minute=30))]
    with them.clock(NOW + timedelta(minutes=5)):
        told = said(client.get(answer["Location"]))
    assert "Forsøket er lagret. Pasienten står fortsatt på lista, og er din." in told
    assert "Ringte to ganger. Inga Prøvestad" in told


def test_after_an_attempt_it_is_closed_as_before(them: Cast) -> None:
    patient = a_red(them)
    client = them.browser(them.nurse)
    submit(them, client, panel(record(them, patient)), attempt="1", act="phone-no-answer")
    submit(them, client, panel(record(them, patient, minutes=30)), minutes=40, **CALLED)
    assert the_item(them, patient) is None
    assert [assessment for assessment, _ in handled(them, patient)] == ["attempted", "worsening"]


# What a row says


def test_a_red_that_came_late_says_when_it_was_taken_and_when_it_came(them: Cast) -> None:
    late, prompt = them.patient(given="Sein"), them.patient(given="Rask")
    them.report(late, taken_at=NOW - timedelta(days=2), **RED)
    them.report(prompt, taken_at=NOW - timedelta(hours=1), **RED)
    page = get(them)
    assert "målt 14. november, kom 16.11. 10:00" in row_of(page, "Sein")
    assert "målt" not in row_of(page, "Rask")
    assert "målt 14. november, kom 16.11. 10:00" in panel(record(them, late))["note"][0]


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("Observation.valueQuantity.code", "enhet"),
        ("Observation.component[0].valueQuantity.value", "verdi"),
        ("Observation.effectiveDateTime", "tidspunkt"),
        ("Observation.code", "hva som er målt"),
        ("Observation.meta", "formatet"),
    ],
)
def test_a_refused_readings_row_says_who_sent_it_and_what_was_wrong(
    them: Cast, path: str, what: str
) -> None:
    patient = them.patient(given="Solveig")
    with them.acting() as by:
        refusal = Refusal(patient.actor, "unit", path)
        assert raise_refused([refusal], sender="Gateway Nord", by=by, at=NOW) == 1
    told = f"Måling fra Gateway Nord kunne ikke leses: {what}"
    assert told in row_of(get(them), "Solveig")
    assert told in said(record(them, patient))


def test_a_kind_outside_the_programme_shows_its_value_on_row_and_record(them: Cast) -> None:
    patient = them.patient(given="Solveig")
    them.report(patient, glucose=15.2)
    assert re.search(r"Utenfor programmet: \S+ 15,2", row_of(get(them), "Solveig"))
    text = said(record(them, patient))
    others = text.split("Andre målinger")[1].split("Tidslinje")[0]
    assert "15,2" in others
    assert "i dag 10:00" in others


def test_without_a_kind_outside_the_programme_there_are_no_other_readings(them: Cast) -> None:
    assert "Andre målinger" not in said(record(them, a_red(them)))


def test_the_record_of_a_red_with_a_newer_green_says_both(them: Cast) -> None:
    patient = a_red(them)
    them.report(patient, at=NOW + timedelta(hours=1), **GREEN)
    head = record(them, patient, minutes=90).content.decode().split("p-patient-head")[1]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", head.split("<dl")[0]))
    text = text.replace("\u00a0", " ").replace("&nbsp;", " ")
    assert "Rød" in text
    assert "SpO₂ 86 %" in text
    assert "Står på lista. Det siste, målt i dag 11:00, var: Grønn." in text


# Mine and free


def filters(page: Any) -> dict[str, str]:
    found = re.findall(
        r'(Hos meg|Ledige) <span class="p-n"[^>]*>(.*?)</span>', page.content.decode()
    )
    return dict(found)


def test_mine_and_free_are_counted_over_every_page(them: Cast) -> None:
    mine = a_red(them, "Min")
    others = a_red(them, "Terjes")
    for _ in range(queries.PAGE + 1):
        them.report(them.patient(), at=NOW + timedelta(minutes=1), **YELLOW)
    post(them, f"/nurse/take/{the_item(them, mine).id}")
    post(them, f"/nurse/take/{the_item(them, others).id}", by=them.other_nurse)
    for address in ("/nurse/", "/nurse/?page=1", "/nurse/?who=free&page=1", "/nurse/?who=mine"):
        assert filters(get(them, address)) == {"Hos meg": "1", "Ledige": "61"}, address
    shown = [get(them, f"/nurse/?who=free&page={n}").content.decode() for n in (0, 1)]
    assert [page.count('<li class="p-row') for page in shown] == [60, 1]
    assert ["Vis flere" in page for page in shown] == [True, False]


def test_with_none_of_mine_it_says_so_and_not_that_nobody_waits(them: Cast) -> None:
    patient = a_red(them)
    text = said(get(them, "/nurse/?who=mine"))
    assert ("Du har ikke tatt noen nå." in text, "Ingen venter." in text) == (True, False)
    post(them, f"/nurse/take/{the_item(them, patient).id}")
    assert "Ingen er ledige nå." in said(get(them, "/nurse/?who=free"))
    assert "Du har ikke tatt noen nå." not in said(get(them, "/nurse/?who=mine"))


# Not reported


def test_what_a_machine_sent_is_when_one_was_last_measured(them: Cast) -> None:
    patient = them.patient(given="Stille")
    at = NOW - timedelta(days=5)
    with them.acting(at=at) as by:
        rows = rows_of_resource(new_id(), [(BY_NAME["spo2"], 95.0)])
        receive([Delivery(patient.actor, at, rows)], source=them.source, by=by, at=at)
    tasks.expect(at=NOW)
    tasks.overdue(at=NOW + timedelta(days=2))
    text = said(get(them, "/nurse/not-reported", minutes=2 * 24 * 60))
    assert re.search(r"Stille Tindheim 1 11\.11\.2026", text), text


def test_who_is_no_longer_followed_is_not_among_the_silent(them: Cast) -> None:
    ended, still = them.patient(given="Ferdig"), them.patient(given="Stille")
    tasks.expect(at=NOW)
    tasks.overdue(at=NOW + timedelta(days=2))
    with them.acting():
        period = DateTimeTZRange(NOW - timedelta(days=60), NOW + timedelta(days=1))
        Enrolment.objects.filter(patient_id=ended.person).update(period=period)
    text = said(get(them, "/nurse/not-reported", minutes=2 * 24 * 60))
    assert ("Stille Tindheim" in text, "Ferdig" in text) == (True, False)
    assert still.name in text


# A page that is open


def now(them: Cast, item: Any, by: Viewer | None = None) -> Any:
    return get(them, f"/nurse/item/{item}", by=by).json()


def test_an_open_page_hears_of_every_change_of_its_item(them: Cast) -> None:
    patient = a_red(them)
    item = the_item(them, patient)
    assert now(them, item.id) == {"open": True, "version": item.version, "owner": ""}
    post(them, f"/nurse/take/{item.id}", by=them.other_nurse)
    taken = {"open": True, "version": item.version + 1}
    assert now(them, item.id) == {**taken, "owner": "Terje Prøvestad"}
    assert now(them, item.id, them.other_nurse) == {**taken, "owner": ""}
    form = panel(record(them, patient, by=them.other_nurse))
    submit(them, them.browser(them.other_nurse), form, **CALLED)
    assert now(them, item.id) == {"open": False, "by": "Terje Prøvestad"}


def test_of_another_units_item_nothing_is_told(them: Cast) -> None:
    patient = a_red(them)
    item = the_item(them, patient).id
    with them.acting() as by:
        at = NOW - timedelta(days=90)
        them.units["other-service"] = people.add_organisation(
            name="Den andre tjenesten", kind="service", orgnr=make_orgnr(78), phone="55512345",
            by=by, at=at,
        ).id  # fmt: skip
        stranger = employ(them, "Ola", Role.NURSE, "other-service", at)
    nothing = {"open": False, "by": ""}
    assert now(them, item, stranger) == nothing
    assert now(them, new_id(), stranger) == nothing
    post(them, f"/nurse/take/{item}")
    submit(them, them.browser(them.nurse), panel(record(them, patient)), **CALLED)
    assert now(them, item, stranger) == nothing, "nor who closed it"
    with them.clock():
        touched = them.browser(stranger).post(f"/nurse/touch/{item}")
    assert touched.status_code == 409


def touch(them: Cast, item: Any, minutes: int, by: Viewer | None = None) -> int:
    with them.clock(NOW + timedelta(minutes=minutes)):
        return int(them.browser(by or them.nurse).post(f"/nurse/touch/{item}").status_code)


def test_a_red_whose_holder_is_at_work_does_not_come_back(them: Cast) -> None:
    patient = a_red(them)
    item = the_item(them, patient).id
    post(them, f"/nurse/take/{item}")
    assert touch(them, item, 20) == 204
    assert touch(them, item, 45, them.other_nurse) == 409, "only its holder's hand counts"
    tasks.idle(at=NOW + timedelta(minutes=49))
    assert the_item(them, patient).taken_by_id == them.nurse.person
    tasks.idle(at=NOW + timedelta(minutes=51))
    assert the_item(them, patient).taken_by_id is None
    assert touch(them, item, 52) == 409, "the page is told that it is not one's own any more"


def test_touching_changes_nothing_that_the_others_see(them: Cast) -> None:
    patient = a_red(them)
    item = the_item(them, patient).id
    post(them, f"/nurse/take/{item}")
    before = the_item(them, patient)
    assert touch(them, item, 20) == 204
    after = the_item(them, patient)
    assert (after.version, after.taken_at) == (before.version, before.taken_at)
