"""The meeting's pages: who sees whom, what is refused kindly, and what stands afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.hospital import Hospital, treated
from tests.pathway.met import FRIDAY, convened, decide, gone_through, put
from tests.people import NOW, Cast
from tests.web.at_a_meeting import begun, get, post, yellow
from varde.base.rows import new_id
from varde.core.meeting import Decided
from varde.core.request import ControlState
from varde.pathway.meeting import listing, meetings
from varde.pathway.models import Decision, Meeting
from varde.pathway.together import routine
from varde.people.viewer import Viewer
from varde.triage.models import Order
from varde.web.care.words import CONTROLS
from varde.web.meeting.pages import ACTS


@pytest.fixture
def patient(them: Cast) -> Viewer:
    return yellow(them)


def test_a_gp_who_is_invited_sees_that_patient_alone(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    other = them.patient(given="Arvid", family="Skogheim")
    row = convened(them, there.coordinator)
    case, hidden = put(them, row, patient), put(them, row, other)
    assert get(them, them.gp, f"meeting/{row.id}").status_code == 404
    post(them, there.coordinator, f"meeting/{row.id}", do=f"invite {case.id}")
    first = get(them, them.gp, "").content.decode()
    assert "du er invitert for Solveig Tindheim" in first
    told = get(them, them.gp, f"meeting/{row.id}").content.decode()
    assert "Solveig" in told and "Arvid" not in told
    assert get(them, them.gp, f"meeting/{row.id}/patient/{case.id}").status_code == 200
    assert get(them, them.gp, f"meeting/{row.id}/patient/{hidden.id}").status_code == 404
    tried = post(them, them.gp, f"meeting/{row.id}", do="start")
    assert tried.status_code in (403, 422)
    with them.acting(them.nurse):
        assert Meeting.objects.get(id=row.id).stage == "convened"


def test_another_department_has_no_such_meeting(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    case = begun(them, there, patient)
    for by in (there.other_specialist, there.other_coordinator):
        assert get(them, by, f"meeting/{case.meeting_id}").status_code == 404
        assert get(them, by, f"meeting/{case.meeting_id}/now").status_code == 404
        assert get(them, by, f"meeting/{case.meeting_id}/patient/{case.id}").status_code == 404
        tried = post(them, by, f"meeting/{case.meeting_id}/patient/{case.id}", do="decide",
                     patient=patient.person, what="stay")  # fmt: skip
        assert tried.status_code == 404
    with them.acting(them.nurse):
        assert not Decision.objects.exists()


def test_limits_that_are_decided_wait_for_the_doctor(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    case = begun(them, there, patient)
    here = f"meeting/{case.meeting_id}/patient/{case.id}"
    typed = {"patient": patient.person, "do": "decide", "what": "limits", "text": "Lavere grense"}
    bad = post(them, them.nurse, here, **typed, **{"spo2.alert_low": "ni"})
    assert bad.status_code == 422 and "Lavere grense" in bad.content.decode()
    with them.acting(them.nurse):
        assert not Order.objects.exists()
    post(them, them.nurse, here, **typed, doctor=there.specialist.person,
         **{"spo2.alert_low": "86", "spo2.warning_low": "88"})  # fmt: skip
    with them.acting(them.nurse):
        (order,) = Order.objects.filter(patient_id=patient.person)
        assert (order.stage, order.asked_id) == ("asked", there.specialist.person)
    told = get(them, there.specialist, here).content.decode()
    assert "Grenser" in told and "se utkastet" in told


def test_whoever_wrote_it_down_it_is_told_as_the_meetings(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    treated(them, patient)
    case = begun(them, there, patient)
    decide(them, case, them.nurse, Decided.APPOINTMENT, "Time innen to uker")
    told = get(them, there.coordinator, f"patient/{patient.person}").content.decode()
    assert f"møtet, ført av {them.nurse.name}" in told


def test_a_form_of_another_patient_is_not_taken(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    case = begun(them, there, patient)
    other = them.patient(given="Arvid")
    here = f"meeting/{case.meeting_id}/patient/{case.id}"
    tried = post(them, there.specialist, here, do="decide", patient=other.person, what="stay")
    assert tried.status_code == 400


def test_the_nurse_sees_who_has_been_yellow_for_long(them: Cast, there: Hospital) -> None:
    ill = them.patient(given="Una", began=NOW - timedelta(days=30))
    for n in (9, 6, 3):
        them.report(ill, at=NOW - timedelta(days=n), spo2=89)
    row = convened(them, there.coordinator)
    told = get(them, them.nurse, f"meeting/{row.id}", at=NOW).content.decode()
    assert "Gule lenge" in told and "Una" in told
    assert "ikke signert av lege" in told
    hidden = get(them, there.coordinator, f"meeting/{row.id}", at=NOW).content.decode()
    assert "Una" not in hidden
    post(
        them, them.nurse, f"meeting/{row.id}", at=NOW, do="put", patient=ill.person, text="Hva nå?"
    )
    listed = get(them, there.coordinator, f"meeting/{row.id}", at=NOW + timedelta(hours=1))
    assert "Una" in listed.content.decode()


@pytest.mark.parametrize("junk", ["", "\0", "x" * 9000, "-1", "nan", "2026-02-30", "9" * 400])
def test_whatever_is_posted_nothing_breaks(
    them: Cast, there: Hospital, patient: Viewer, junk: str
) -> None:
    case = begun(them, there, patient)
    fields = ("patient", "case", "day", "time", "place", "person", "edition", "text", "doctor",
              "due", "slot", "control", "state", "decision", "spo2.alert_low")  # fmt: skip
    typed = dict.fromkeys(fields, junk)
    for by in (them.nurse, there.specialist, there.coordinator, them.gp):
        for do in ACTS:
            if do not in ("start", "call-off"):
                answer = post(them, by, f"meeting/{case.meeting_id}", **typed, do=f"{do} {junk}")
                assert answer.status_code in (200, 400, 403, 404, 422), do
        decided = [("decide", what) for what in (junk, *Decided)]
        moved = [(do, junk) for do in ("strike", "go", "done", "next-time", "again", junk)]
        for do, what in (*decided, *moved):
            filled = {**typed, "patient": patient.person, "what": what}
            here = f"meeting/{case.meeting_id}/patient/{case.id}"
            answer = post(them, by, here, **filled, do=do)
            assert answer.status_code in (200, 400, 403, 404, 422), (do, what)
    with them.acting(them.nurse):
        kept = Decision.objects.exclude(what=Decided.STAY)
        assert not kept.filter(doctor=None).exists() or junk == "x" * 9000


@pytest.mark.parametrize(
    "typed",
    [
        {"day": "2026-11-13", "time": "14:00"},
        {"day": "2026-11-31", "time": "14:00"},
        {"day": "2026-11-20", "time": "25:00"},
        {"day": "2026-11-20", "time": "14:00", "minutes": "0"},
        {"day": "2026-11-20", "time": "14:00", "weeks": "99"},
        {"day": "2099-11-20", "time": "14:00"},
        {"time": "14:00"},
    ],
)
def test_a_meeting_that_cannot_be_is_not_convened(
    them: Cast, there: Hospital, typed: dict[str, str]
) -> None:
    answer = post(them, there.coordinator, "meetings", at=NOW, **typed, place="Rom 7")
    assert answer.status_code == 422
    assert 'value="Rom 7"' in answer.content.decode()
    with them.acting(them.nurse):
        assert not Meeting.objects.exists()


def test_only_a_department_convenes(them: Cast, there: Hospital) -> None:
    for by in (them.nurse, them.coordinator, them.gp):
        answer = post(them, by, "meetings", at=NOW, day="2026-11-20", time="14:00")
        assert answer.status_code in (403, 422)
    with them.acting(them.nurse):
        assert not Meeting.objects.exists()


def test_who_is_before_all_is_said_to_those_who_reach_the_patient(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    case = begun(them, there, patient)
    now = get(them, them.nurse, f"meeting/{case.meeting_id}/now").json()
    assert now["current"] == str(case.id) and now["stage"] == "running"
    late = FRIDAY + timedelta(days=3)
    seen = get(them, there.coordinator, f"meeting/{case.meeting_id}/now", at=late).json()
    assert seen["current"] == ""


def test_no_meeting_by_a_made_up_id(them: Cast, there: Hospital) -> None:
    assert get(them, them.nurse, f"meeting/{new_id()}").status_code == 404
    with them.acting(them.nurse) as by, pytest.raises(meetings.NotMet, match="gone"):
        listing.put(meeting=new_id(), patient=them.patient().actor, question="Hva nå?",
                    by=by, at=NOW)  # fmt: skip


def test_what_was_decided_of_another_is_not_struck_from_this_page(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    row = convened(them, there.coordinator)
    this, other = put(them, row, patient), put(them, row, them.patient())
    post(them, there.coordinator, f"meeting/{row.id}", do="start")
    made = decide(them, other, there.specialist, Decided.STAY, "Som før")
    answer = post(them, there.specialist, f"meeting/{row.id}/patient/{this.id}", do="strike",
                  patient=patient.person, decision=made.id)  # fmt: skip
    assert answer.status_code == 422
    with them.acting(them.nurse):
        assert Decision.objects.get(id=made.id).struck_at is None


def test_no_doctor_is_chosen_for_whoever_writes(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    """Whose word it is is said; who is not there is not among them."""
    case = begun(them, there, patient)
    treated(them, patient, "heart")
    told = get(them, them.nurse, f"meeting/{case.meeting_id}/patient/{case.id}").content.decode()
    choice = told.split('id="doctor-medication"')[1].split("</select>")[0]
    assert 'value=""' in choice and "selected" not in choice
    assert there.specialist.name in choice and there.other_specialist.name not in choice


def test_whose_word_it_is_is_said_to_be_there_without_leaving_the_form(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    row = convened(them, there.coordinator)
    case = put(them, row, patient)
    post(them, there.coordinator, f"meeting/{row.id}", do="start")
    page = f"meeting/{row.id}/patient/{case.id}"
    form = {"do": "decide", "what": "medication", "text": "Furix 40 mg × 2",
            "patient": patient.person}  # fmt: skip
    treated(them, patient, "heart")
    no = post(them, them.nurse, page, doctor=there.other_specialist.person, **form)
    assert no.status_code == 422  # of another department
    told = get(them, them.nurse, page).content.decode()
    choice = told.split('id="doctor-medication"')[1].split("</select>")[0]
    assert there.specialist.name in choice.split("Føres som til stede når du velger")[1]
    yes = post(them, them.nurse, page, doctor=there.specialist.person, **form)
    assert f"{there.specialist.name} ordinerer" in yes.content.decode()
    with them.acting(there.coordinator, at=FRIDAY):
        assert there.specialist.person in {one.person_id for one in meetings.attendees(row)}


def test_who_was_entered_by_mistake_was_not_there(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    """Unless something stands on that word; and comes again by being entered again."""
    case = begun(them, there, patient)
    here, doctor = f"meeting/{case.meeting_id}", there.specialist
    absent = {"do": f"absent {doctor.person}"}
    made = decide(them, case, doctor, Decided.MEDICATION)
    no = post(them, there.coordinator, here, **absent)
    assert no.status_code == 422 and "Noe er vedtatt på det ordet" in no.content.decode()
    post(them, there.coordinator, f"{here}/patient/{case.id}", do="strike", decision=made.id,
         patient=patient.person)  # fmt: skip
    told = post(them, there.coordinator, here, **absent).content.decode()
    assert f"absent {doctor.person}" not in told
    with them.acting(there.coordinator, at=FRIDAY):
        assert doctor.person not in {one.person_id for one in meetings.attendees(case.meeting)}
    told = post(them, there.coordinator, here, do="attend", person=[doctor.person])
    assert f"absent {doctor.person}" in told.content.decode()


def test_a_page_costs_the_same_however_long_the_list(them: Cast, there: Hospital) -> None:
    row = convened(them, there.coordinator)
    cases = [put(them, row, them.patient()) for _n in range(6)]
    post(them, there.coordinator, f"meeting/{row.id}", do="start")
    costs = []
    for some in (cases[:2], cases[2:]):
        for one in some:
            decide(them, one, there.specialist, Decided.PLAN, "Ny plan")
            decide(them, one, there.specialist, Decided.LIMITS, "Lavere grense")
            gone_through(them, one, there.coordinator)
        browser = them.browser(there.coordinator)
        with them.clock(FRIDAY):
            browser.get(f"/coordinator/meeting/{row.id}")  # what is read once has been read
            with CaptureQueriesContext(connection) as asked:
                browser.get(f"/coordinator/meeting/{row.id}")
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_a_control_is_told_as_it_was_decided_and_kept_when_refused(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    treated(them, patient)
    with them.acting(there.coordinator) as by:
        first, second = (
            routine.plan(patient=patient.actor, name=name, every_months=6, by=by, at=NOW)
            for name in ("Lungekontroll", "Spirometri")
        )
    case = begun(them, there, patient)
    here = f"meeting/{case.meeting_id}/patient/{case.id}"
    form = {"do": "decide", "patient": patient.person, "what": "control", "state": "running"}
    answer = post(them, there.specialist, here, **form, control=second.id, text="Gjenopptas")
    assert answer.status_code == 422  # it runs already
    kept = answer.content.decode().split('id="control"')[1].split("</form>")[0]
    assert f'value="{second.id}" selected' in kept and 'value="running" selected' in kept
    post(them, there.specialist, here, **{**form, "state": "dropped"}, control=first.id,
         text="Følges hjemme")  # fmt: skip
    later = FRIDAY + timedelta(minutes=5)
    with them.acting(there.specialist, at=later) as by:
        routine.say(control=first.id, state=ControlState.RUNNING, why="Likevel", by=by, at=later)
    told = get(them, there.specialist, here, at=later).content.decode()
    decided = told.split('class="p-decided"')[1].split("</ul>")[0]
    assert f"Lungekontroll: {CONTROLS[ControlState.DROPPED]}" in decided


def test_taken_off_meanwhile_there_is_no_page_and_nothing_breaks(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    case = begun(them, there, patient)
    with them.acting(there.coordinator):
        row = Meeting.objects.get(id=case.meeting_id)
    put(them, row, them.patient(), at=FRIDAY)
    with them.acting(them.nurse, at=FRIDAY) as by:
        listing.remove(case=case.id, by=by, at=FRIDAY)
    answer = post(them, there.specialist, f"meeting/{case.meeting_id}/patient/{case.id}",
                  do="decide", patient=patient.person, what="stay", text="")  # fmt: skip
    assert answer.status_code == 404


@pytest.mark.parametrize("due", ["2206-11-21", "2026-01-01"])
def test_a_day_that_cannot_be_meant_is_asked_about(
    them: Cast, there: Hospital, patient: Viewer, due: str
) -> None:
    case = begun(them, there, patient)
    answer = post(them, there.specialist, f"meeting/{case.meeting_id}/patient/{case.id}",
                  do="decide", patient=patient.person, what="plan", text="Ny plan",
                  due=due)  # fmt: skip
    assert answer.status_code == 422 and "Velg en dag" in answer.content.decode()
