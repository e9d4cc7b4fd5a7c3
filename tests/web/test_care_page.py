"""Clinic, team and requests on the patient's page: what may be done, and what is refused kindly."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from tests.hospital import Hospital, treated
from tests.people import NOW, OSLO, Cast
from tests.web.test_patient_pages import said
from varde.base.rows import new_id
from varde.core.access import Ground
from varde.core.request import ControlState
from varde.pathway.models import ControlFact, Request, RoutineControl, Slot, Support, Visit
from varde.pathway.together import outreach, routine, slots
from varde.people.models import Relation
from varde.people.viewer import Viewer
from varde.web.care.page import ACTS
from varde.web.care.section import care_facts, support_rows

LATER = NOW + timedelta(hours=2)
THURSDAY = datetime(2026, 11, 19, 13, 0, tzinfo=OSLO)
WHY = "Tungpust siden lørdag. Kan dere se på henne?"
SECONDS = count()  # what is done later is later
HOMES = {"nurse": "nurse", "gp": "doctor", "specialist": "doctor", "coordinator": "coordinator",
         "outreach-team": "outreach"}  # fmt: skip


@pytest.fixture
def patient(them: Cast, there: Hospital) -> Viewer:
    one = them.patient(given="Solveig", family="Tindheim")
    treated(them, one)
    return one


def send(them: Cast, by: Viewer, patient: Viewer, do: str, **typed: Any) -> Any:
    said = {"patient": str(patient.person), "do": do, **{k: str(v) for k, v in typed.items()}}
    with them.clock(NOW + timedelta(seconds=next(SECONDS))):
        address = f"/{HOMES[by.role]}/patient/{patient.person}/care"
        return them.browser(by).post(address, said, follow=True)


def page(them: Cast, by: Viewer, patient: Viewer) -> str:
    with them.clock(LATER):
        answer = them.browser(by).get(f"/{HOMES[by.role]}/patient/{patient.person}/care")
    assert answer.status_code == 200
    return str(answer.content.decode())


def asked(them: Cast, patient: Viewer) -> Request:
    answer = send(them, them.nurse, patient, "ask", what="appointment", to=them.units["lungs"],
                  text=WHY)  # fmt: skip
    assert "Sendt til Enhet lungs" in answer.content.decode()
    with them.acting(them.nurse):
        return Request.objects.get(patient_id=patient.person)


def test_a_nurse_asks_and_the_clinic_gives_a_time(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    row = asked(them, patient)
    with them.acting(there.coordinator) as by:
        (slot,) = slots.keep(starts=[THURSDAY], minutes=30, how="visit", by=by, at=NOW)
    given = send(them, there.coordinator, patient, "book", request=row.id, slot=slot.id,
                 text="Ta med medisinlista")  # fmt: skip
    assert "torsdag 19. november" in given.content.decode()
    told = page(them, them.nurse, patient)
    assert "time satt opp" in told and "Ta med medisinlista" in told


def test_another_unit_answers_nothing(them: Cast, patient: Viewer) -> None:
    row = asked(them, patient)
    for do in ("answer", "decline", "book", "came", "missed"):
        answer = send(them, them.nurse, patient, do, request=row.id, text="Nei", slot=new_id())
        assert answer.status_code == 422, do
    with them.acting(them.nurse):
        assert Request.objects.get(id=row.id).stage == "asked"


def test_what_was_typed_stands_when_it_is_refused(them: Cast, patient: Viewer) -> None:
    asked(them, patient)
    again = send(them, them.nurse, patient, "ask", what="appointment", to=them.units["lungs"],
                 text="Noe helt annet")  # fmt: skip
    assert again.status_code == 422
    assert "svaret venter" in again.content.decode()
    assert "Noe helt annet" in again.content.decode()


def test_a_team_is_shared_visits_and_sets_oxygen(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    with them.clock():
        address = f"/outreach/patient/{patient.person}/care"
        assert them.browser(there.outreach).get(address).status_code == 404
    send(them, them.nurse, patient, "share", team=them.units["team"])
    visit = {"how": "home", "on": "2026-11-16", "text": "Var hos henne", "next_on": "2026-12-14"}
    assert "Besøket er lagret" in send(them, there.outreach, patient, "visit", **visit,
                                       send="1").content.decode()  # fmt: skip
    given = {"kind": "oxygen", "oxygen-rest": "1,5", "why": "Metning 86 i hvile", "how": "phone",
             "doctor": there.specialist.person, "since": "2026-11-16",
             "ordered": "2026-11-16"}  # fmt: skip
    told = send(them, there.outreach, patient, "support", **given)
    assert "legen er bedt om å bekrefte" in told.content.decode()
    with them.clock(LATER):
        first = them.browser(there.specialist).get("/doctor/").content.decode()
    assert "Bekreft det som er stilt inn på ditt ord" in first and "Solveig Tindheim" in first
    with them.acting(them.nurse):
        row, told_once = Support.objects.get(), Visit.objects.get()
    assert (row.settings, told_once.text) == ({"rest": 1.5}, "Var hos henne")
    send(them, there.specialist, patient, "support-confirm", support=row.id)
    assert "ikke bekreftet av legen" not in page(them, them.nurse, patient)
    with them.clock(LATER):
        record = them.browser(them.nurse).get(f"/nurse/patient/{patient.person}")
    drawn = record.content.decode()
    assert "1,5 l/min" in drawn and "Hjemmebesøk" in drawn


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"oxygen-rest": "8"}, "uvanlig høyt"),
        ({"oxygen-rest": "20"}, "kan ikke stilles inn"),
        ({"oxygen-rest": ""}, "må være med"),
        ({"oxygen-rest": "1.5", "why": " "}, "Skriv hvorfor"),
        ({"oxygen-rest": "1.5", "since": "2026-11-20"}, "Tidspunktet"),
        ({"oxygen-rest": "1.5", "doctor": "nobody"}, ""),
        ({"oxygen-rest": "inf"}, "kan ikke stilles inn"),
        ({"oxygen-rest": "to"}, ""),
    ],
)
def test_a_setting_that_cannot_be_right_keeps_what_was_typed(
    them: Cast, there: Hospital, patient: Viewer, typed: dict[str, str], told: str
) -> None:
    treated(them, patient, "team", Ground.CARE_TEAM)
    given = {"kind": "oxygen", "why": "Lav metning nå", "how": "phone", "ordered": "2026-11-16",
             "doctor": str(there.specialist.person), "since": "2026-11-16", **typed}  # fmt: skip
    answer = send(them, there.outreach, patient, "support", **given)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    if typed["oxygen-rest"]:
        assert f'value="{typed["oxygen-rest"]}"' in answer.content.decode()
    with them.acting(them.nurse):
        assert not Support.objects.exists()


def test_a_routine_control_is_planned_dropped_and_resumed(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    send(them, there.specialist, patient, "control", name="Kontroll lunge", months="6")
    with them.acting(there.specialist):
        row = RoutineControl.objects.get()
    for do in ("drop", "resume", "end"):
        send(them, there.specialist, patient, do, control=row.id, why="Følges hjemme")
    refused = send(them, there.specialist, patient, "resume", control=row.id, why="Igjen")
    assert refused.status_code == 422
    with them.acting(there.specialist):
        said = list(ControlFact.objects.order_by("at", "id").values_list("state", flat=True))
    assert said == ["running", "dropped", "running", "ended"]


@pytest.mark.parametrize(
    ("what", "to", "name"),
    [("appointment", "lungs", "Enhet lungs"), ("question", "practice", "Enhet practice")],
)
def test_the_team_asks_the_clinic_and_the_gp(
    them: Cast, there: Hospital, patient: Viewer, what: str, to: str, name: str
) -> None:
    treated(them, patient, "team", Ground.CARE_TEAM)
    assert f'value="{them.units[to]}"' in page(them, there.outreach, patient)
    answer = send(them, there.outreach, patient, "ask", what=what, to=them.units[to], text=WHY)
    assert f"Sendt til {name}" in answer.content.decode()
    with them.acting(them.nurse):
        row = Request.objects.get(patient_id=patient.person)
    assert (row.what, row.to_id, row.asked_by_id) == (what, them.units[to], there.outreach.actor)


def test_the_trend_draws_for_how_long_oxygen_was_set(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    with them.acting(there.specialist, at=NOW - timedelta(days=20)) as by:
        at = NOW - timedelta(days=20)
        row = outreach.set_support(
            patient=patient.actor, kind="oxygen", typed={"rest": 1.5}, why="Lav", doctor=by.actor,
            how="here", ordered_at=at, since=at, by=by, at=at,
        )  # fmt: skip
    with them.acting(there.specialist, at=NOW - timedelta(days=5)) as by:
        at = NOW - timedelta(days=5)
        outreach.end_support(support=row.id, why="Bedre", since=at, by=by, at=at)
    with them.acting(there.specialist):
        (bar,) = support_rows(care_facts(patient.actor, at=NOW))
    assert bar.name == "Oksygen" and bar.latest == "avsluttet"
    (period,) = bar.periods
    assert (NOW - period.start, NOW - period.end) == (timedelta(days=20), timedelta(days=5))
    with them.clock():
        page = them.browser(there.specialist).get(f"/doctor/patient/{patient.person}?days=30")
    drawn = page.content.decode()
    assert drawn.count('class="v-period"') == 1 and "Oksygen" in drawn


def test_what_a_ventilator_is_set_to_is_an_order_with_periods_on_the_trend(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    treated(them, patient, "team", Ground.CARE_TEAM)
    seen = ""
    for days, ipap in ((20, 14), (6, 18)):
        at = NOW - timedelta(days=days)
        with them.acting(there.outreach, at=at) as by:
            row = outreach.set_support(
                patient=patient.actor, kind="niv", typed={"ipap": ipap, "epap": 6}, why="Høy CO₂",
                doctor=there.specialist.actor, how="phone", ordered_at=at, since=at, seen=seen,
                by=by, at=at,
            )  # fmt: skip
        seen = str(row.id)
    with them.acting(there.specialist):
        (bar,) = support_rows(care_facts(patient.actor, at=NOW))
    first, second = bar.periods
    assert first.end == second.start == NOW - timedelta(days=6) and second.end is None
    with them.clock():
        told = them.browser(there.specialist).get(f"/doctor/patient/{patient.person}?days=30")
    page = told.content.decode()
    assert page.count('class="v-period"') == 2
    assert "IPAP 18" in page and "EPAP 6" in page
    assert 'value="support-confirm"' in page  # whose word it was confirms it


def test_the_patient_sees_that_a_control_is_dropped_and_that_it_is_back(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    with them.acting(there.specialist) as by:
        row = routine.plan(patient=patient.actor, name="Lungekontroll", every_months=6, by=by,
                           at=NOW)  # fmt: skip
    states = (None, "Hver 6. måned."), ("dropped", "Tatt bort fra"), ("running", "Hver 6. måned.")
    for n, (state, told) in enumerate(states):
        at = NOW + timedelta(hours=n)
        if state is not None:
            with them.acting(there.specialist, at=at) as by:
                routine.say(control=row.id, state=ControlState(state), why="Følges hjemme", by=by,
                            at=at)  # fmt: skip
        with them.clock(at):
            text = said(them.browser(patient).get("/patient/appointment"))
            first = said(them.browser(patient).get("/patient/"))
        assert "Lungekontroll" in text and told in text
        assert ("Lungekontroll er tatt bort" in first) is (state == "dropped")
        assert ("Lungekontroll er satt opp igjen" in first) is (state == "running")
    with them.clock(NOW + timedelta(hours=5)):
        page = said(them.browser(them.gp).get(f"/doctor/patient/{patient.person}"))
    since, line = page.split("Tidslinje")[0], page.split("Tidslinje")[1]
    for one in (since, line):
        assert "Lungekontroll: droppet, pasienten ber om time ved behov" in one
        assert "Lungekontroll: går som planlagt" in one


def test_a_patient_who_does_not_treat_is_let_in_by_being_asked_only(
    them: Cast, there: Hospital
) -> None:
    one = them.patient(given="Arvid")
    with them.clock():
        address = f"/doctor/patient/{one.person}"
        assert them.browser(there.specialist).get(address).status_code == 404
    send(them, them.nurse, one, "ask", what="appointment", to=them.units["lungs"], text=WHY)
    with them.clock(LATER):
        assert them.browser(there.specialist).get(address).status_code == 200
        assert them.browser(there.other_specialist).get(address).status_code == 404
    with them.acting(them.nurse):
        row = Request.objects.get(patient_id=one.person)
    no = send(them, there.coordinator, one, "decline", request=row.id, text="Fastlegen kan ta det")
    assert (no.status_code, no.redirect_chain[-1][0]) == (200, "/coordinator/")
    with them.clock(LATER):
        assert them.browser(there.specialist).get(address).status_code == 404


JUNK = ("", "\0", "x" * 5000, "0", "-1", "nan", "2026-02-30", "½", "' or 1=1 --", "9" * 400)
FIELDS = ("request", "slot", "to", "what", "text", "name", "months", "control", "why", "team",
          "how", "on", "next_on", "kind", "doctor", "ordered", "since", "support", "meeting",
          "oxygen-rest", "seen-oxygen", "niv-ipap", "niv-epap", "send", "sure")  # fmt: skip


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_whatever_is_posted_nothing_breaks_and_nothing_is_kept(
    them: Cast, there: Hospital, patient: Viewer, junk: str
) -> None:
    treated(them, patient, "team", Ground.CARE_TEAM)
    with them.acting(them.nurse):
        before = Relation.objects.count()
    for by in (them.nurse, there.specialist, there.coordinator, there.outreach):
        for do in ACTS:
            assert send(them, by, patient, do).status_code in (403, 422), (by.role, do)
            for kind in (junk, *(("oxygen", "niv") if do == "support" else ())):
                fields = dict.fromkeys(FIELDS, junk) | {"kind": kind, "what": "appointment"}
                answer = send(them, by, patient, do, **fields)
                assert answer.status_code in (200, 400, 403, 404, 422), (by.role, do)
    with them.acting(them.nurse):
        kept = (Request, Slot, Support, RoutineControl)
        assert [one.__name__ for one in kept if one.objects.exists()] == []
        assert Relation.objects.count() == before


def test_the_team_sees_no_more_when_it_is_not_shared(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    with them.acting(them.nurse) as by:
        outreach.share(patient=patient.actor, team=them.units["team"], by=by, at=NOW)
    send(them, them.nurse, patient, "unshare", team=them.units["team"])
    with them.clock(LATER):
        address = f"/outreach/patient/{patient.person}"
        assert them.browser(there.outreach).get(address).status_code == 404


def test_what_is_another_patients_is_not_done_from_this_page(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    other = them.patient()
    for one in (patient, other):
        treated(them, one, "team", Ground.CARE_TEAM)
    treated(them, other)
    row = asked(them, other)
    with them.acting(there.outreach) as by:
        setting = outreach.set_support(
            patient=other.actor, kind="oxygen", typed={"rest": 1.5}, why="Lav metning",
            doctor=there.specialist.actor, how="phone", ordered_at=NOW, since=NOW, by=by, at=NOW,
        )  # fmt: skip
    with them.acting(there.specialist) as by:
        control = routine.plan(patient=other.actor, name="Kontroll", every_months=6, by=by, at=NOW)
    tried: tuple[tuple[Viewer, str, dict[str, Any]], ...] = (
        (there.coordinator, "decline", {"request": row.id, "text": "Nei takk"}),
        (them.nurse, "withdraw", {"request": row.id}),
        (there.specialist, "support-confirm", {"support": setting.id}),
        (there.outreach, "support-end", {"support": setting.id, "why": "Feil valgt"}),
        (there.specialist, "drop", {"control": control.id, "why": "Følges hjemme"}),
    )
    for by, do, typed in tried:
        assert send(them, by, patient, do, **typed).status_code == 422
    with them.acting(them.nurse):
        assert Request.objects.get(id=row.id).stage == "asked"
        kept = Support.objects.get(id=setting.id)
        assert (kept.confirmed_at, kept.ended_why) == (None, "")
        assert ControlFact.objects.get(control=control).state == "running"


def test_the_doctor_confirms_what_has_ended(them: Cast, there: Hospital, patient: Viewer) -> None:
    treated(them, patient, "team", Ground.CARE_TEAM)
    with them.acting(there.outreach) as by:
        row = outreach.set_support(
            patient=patient.actor, kind="oxygen", typed={"rest": 1.5}, why="Lav metning",
            doctor=there.specialist.actor, how="phone", ordered_at=NOW, since=NOW, by=by, at=NOW,
        )  # fmt: skip
        outreach.end_support(support=row.id, why="Bedre", since=NOW, by=by, at=NOW)
    assert "Bekreft at dette ble ordinert" in page(them, there.specialist, patient)
    send(them, there.specialist, patient, "support-confirm", support=row.id)
    assert "Bekreft at dette ble ordinert" not in page(them, there.specialist, patient)


def test_a_visit_that_is_refused_goes_to_no_one_it_was_not_sent_to(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    treated(them, patient, "team", Ground.CARE_TEAM)
    for typed, ticked in (({}, False), ({"send": "1"}, True)):
        answer = send(them, there.outreach, patient, "visit", how="home", on="2026-11-15",
                      text="?", **typed)  # fmt: skip
        form = answer.content.decode().split('name="send"')[1].split(">")[0]
        assert answer.status_code == 422 and ("checked" in form) is ticked


def test_what_cannot_be_read_is_told_and_breaks_nothing(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    assert send(them, them.nurse, patient, "share", team=new_id()).status_code == 422
    with them.clock(NOW):
        form = {"day": "9999-12-31", "time": "10:00", "weeks": "2", "how": "visit"}
        answer = them.browser(there.coordinator).post("/coordinator/times", form)
    assert answer.status_code == 422
