"""The outreach team: whom it sees, what it writes, and on whose word breathing support is set."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.hospital import Hospital, objects_to_sharing, reaches, treated, treated_and_visited
from tests.pathway.test_requests import asked
from tests.people import NOW, Cast
from varde.base.periods import until
from varde.base.tenancy import acting
from varde.clock import tasks as clock
from varde.core.access import Denied, Ground
from varde.core.request import ControlState, NotRequested
from varde.core.support import NotSet
from varde.dialogue.models import Letter
from varde.measuring.models import Enrolment
from varde.pathway.models import Support, Visit
from varde.pathway.together import outreach, routine
from varde.people.viewer import Viewer
from varde.triage.models import Reason, Task

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def patient(them: Cast, there: Hospital) -> Viewer:
    one = them.patient()
    treated(them, one)
    treated(them, one, "team", Ground.CARE_TEAM)
    return one


def set_oxygen(them: Cast, patient: Viewer, by: Viewer, doctor: Viewer, **more: Any) -> Support:
    said: dict[str, Any] = {
        "kind": "oxygen", "typed": {"rest": 1.5, "hours": 16}, "why": "Lav metning i hvile",
        "doctor": doctor.actor, "how": "phone", "ordered_at": NOW, "since": NOW, **more,
    }  # fmt: skip
    at = said.pop("at", NOW)
    with them.acting(by, at=at):
        return outreach.set_support(patient=patient.actor, by=by, at=at, **said)


def test_the_team_sees_whom_it_shares_and_no_longer(them: Cast, there: Hospital) -> None:
    one = them.patient()
    team = them.units["team"]
    assert not reaches(them, "team", one.actor, NOW)
    with them.acting(them.nurse) as by:
        outreach.share(patient=one.actor, team=team, by=by, at=NOW)
    assert reaches(them, "team", one.actor, LATER)
    with them.acting(them.nurse, at=LATER) as by:
        outreach.unshare(patient=one.actor, team=team, by=by, at=LATER)
    assert not reaches(them, "team", one.actor, LATER + timedelta(minutes=1))


def test_nobody_is_shared_who_said_no(them: Cast, there: Hospital) -> None:
    one = them.patient()
    objects_to_sharing(them, one)
    with pytest.raises(NotRequested) as no, them.acting(them.nurse) as by:
        outreach.share(patient=one.actor, team=them.units["team"], by=by, at=NOW)
    assert no.value.code == "consent"


def test_a_visit_is_written_once_and_reaches_service_and_gp(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    said = {"how": "home", "on": NOW.date(), "text": "Masken lekker, byttet størrelse",
            "next_on": None, "letter": "Kjære lege. Masken er byttet."}  # fmt: skip
    for _twice in range(2):
        with them.acting(there.outreach) as by:
            outreach.visit(patient=patient.actor, by=by, at=NOW, **said)  # type: ignore[arg-type]
    with them.acting(them.gp):
        assert Visit.objects.count() == 1
        letters = list(Letter.objects.values_list("organisation_id", "kind"))
        reasons = list(Reason.objects.filter(patient_id=patient.actor, open=True))
    assert letters == [(them.units["practice"], "visit")]
    assert [(row.kind, row.about["excerpt"]) for row in reasons] == [("visit", said["text"])]


def test_a_visit_is_not_of_a_day_to_come(them: Cast, there: Hospital, patient: Viewer) -> None:
    with pytest.raises(NotRequested), them.acting(there.outreach) as by:
        outreach.visit(patient=patient.actor, how="home", on=NOW.date() + 3 * DAY, text="Var der",
                       next_on=None, letter=None, by=by, at=NOW)  # fmt: skip


def test_no_letter_of_a_visit_goes_to_a_gp_the_patient_has_said_no_to(
    them: Cast, there: Hospital
) -> None:
    one = them.patient()
    with them.acting(them.nurse) as by:
        outreach.share(patient=one.actor, team=them.units["home-care"], by=by, at=NOW)
    objects_to_sharing(them, one)
    said = {"patient": one.actor, "how": "home", "on": NOW.date(), "text": "Var der",
            "next_on": None, "letter": "Kjære lege."}  # fmt: skip
    with pytest.raises(NotRequested) as no, them.acting(there.home_care, at=LATER) as by:
        outreach.visit(by=by, at=LATER, **said)  # type: ignore[arg-type]
    assert no.value.code == "whom"
    with them.acting(them.nurse):
        assert not Visit.objects.exists() and not Letter.objects.exists()


def test_only_the_team_writes_visits(them: Cast, patient: Viewer) -> None:
    with pytest.raises(Denied), them.acting(them.nurse) as by:
        outreach.visit(patient=patient.actor, how="home", on=NOW.date(), text="Var der",
                       next_on=None, letter=None, by=by, at=NOW)  # fmt: skip


def test_what_the_team_sets_holds_at_once_and_the_doctor_is_asked(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    row = set_oxygen(them, patient, there.outreach, there.specialist)
    assert row.confirmed_at is None
    with them.acting(there.specialist, at=LATER) as by:
        assert [one.id for one in outreach.unconfirmed_of([by.actor])] == [row.id]
        outreach.confirm(support=row.id, by=by, at=LATER)
        assert outreach.unconfirmed_of([by.actor]) == []
    with them.acting():
        assert not Task.objects.filter(kind="support-unconfirmed", done_at=None).exists()


def test_what_no_doctor_has_confirmed_in_72_hours_is_the_nurses(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    set_oxygen(them, patient, there.outreach, there.specialist)
    clock.due_tasks(at=NOW + timedelta(hours=71))
    clock.due_tasks(at=NOW + timedelta(hours=73))
    with them.acting():
        found = list(Reason.objects.filter(patient_id=patient.actor, open=True))
    assert [row.about["task_kind"] for row in found] == ["support-unconfirmed"]


def test_a_doctors_own_is_confirmed_by_that(them: Cast, there: Hospital, patient: Viewer) -> None:
    row = set_oxygen(them, patient, there.specialist, there.specialist)
    assert (row.how, row.confirmed_by_id) == ("here", there.specialist.actor)


def test_one_setting_holds_at_a_time_and_the_one_before_is_kept(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    first = set_oxygen(them, patient, there.outreach, there.specialist)
    at = NOW + 3 * DAY
    with pytest.raises(NotSet) as no:
        set_oxygen(them, patient, there.outreach, there.specialist, at=at, since=at)
    assert no.value.code == "gone"
    second = set_oxygen(them, patient, there.outreach, there.specialist, at=at, since=at,
                        typed={"rest": 2.0}, seen=str(first.id))  # fmt: skip
    with them.acting(there.outreach, at=at):
        rows = outreach.supports(patient.actor)
    assert [(row.id, row.settings["rest"]) for row in rows] == [(second.id, 2.0), (first.id, 1.5)]
    assert rows[1].period.upper == at


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("lacks", {"typed": {"hours": 16}}),
    ("number", {"typed": {"rest": 150}}),
    ("sure", {"typed": {"rest": 8}}),
    ("order", {"kind": "niv", "typed": {"ipap": 8, "epap": 10}}),
    ("kind", {"kind": "ecmo", "typed": {"rest": 1}}),
    ("reason", {"why": " … "}),
    ("time", {"ordered_at": NOW + DAY}),
    ("time", {"since": NOW + DAY}),
    ("time", {"how": "rumour"}),
]


@pytest.mark.parametrize(("code", "more"), WRONG)
def test_what_cannot_be_right_is_not_kept(
    them: Cast, there: Hospital, patient: Viewer, code: str, more: dict[str, Any]
) -> None:
    with pytest.raises(NotSet) as no:
        set_oxygen(them, patient, there.outreach, there.specialist, **more)
    assert no.value.code == code
    with them.acting(there.outreach):
        assert not Support.objects.exists()


def test_a_doctor_who_does_not_treat_the_patient_orders_nothing(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    with pytest.raises(NotSet) as no:
        set_oxygen(them, patient, there.outreach, there.other_specialist)
    assert no.value.code == "doctor"


def test_it_is_said_when_it_is_used_no_more(them: Cast, there: Hospital, patient: Viewer) -> None:
    row = set_oxygen(them, patient, there.outreach, there.specialist)
    at = NOW + DAY
    with them.acting(there.outreach, at=at) as by:
        outreach.end_support(support=row.id, why="Metter 93 uten", since=at, by=by, at=at)
        assert outreach.supports(patient.actor)[0].ended_why == "Metter 93 uten"


def test_home_care_ends_no_support(them: Cast, there: Hospital, patient: Viewer) -> None:
    row = set_oxygen(them, patient, there.outreach, there.specialist)
    treated(them, patient, "home-care", Ground.CARE_TEAM)
    with pytest.raises(Denied), them.acting(there.home_care) as by:
        outreach.end_support(support=row.id, why="Metter 93 uten", since=NOW, by=by, at=NOW)
    with them.acting():
        assert Support.objects.get(id=row.id).period.upper is None


# --- Routine controls --------------------------------------------------------------------------


def control(them: Cast, there: Hospital, patient: Viewer) -> Any:
    with them.acting(there.coordinator) as by:
        return routine.plan(patient=patient.actor, name="Kontroll hver sjette måned",
                            every_months=6, by=by, at=NOW)  # fmt: skip


def say(them: Cast, by: Viewer, row: Any, state: ControlState, at: Any = NOW) -> None:
    with them.acting(by, at=at):
        routine.say(control=row.id, state=state, why="Følges hjemme", by=by, at=at)


def test_controls_are_dropped_and_resumed_as_facts(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    row = control(them, there, patient)
    say(them, there.coordinator, row, ControlState.DROPPED)
    at = NOW + timedelta(days=400)
    with them.acting(there.coordinator, at=at):
        (now,) = routine.controls_of(patient.actor, at=at)
    assert (now.state, now.saved) == (ControlState.DROPPED, 2)
    say(them, there.coordinator, row, ControlState.RUNNING, at=at)
    with them.acting(there.coordinator, at=at + 400 * DAY):
        (now,) = routine.controls_of(patient.actor, at=at + 400 * DAY)
    assert (now.state, now.saved) == (ControlState.RUNNING, 2)
    with pytest.raises(NotRequested):
        say(them, there.coordinator, row, ControlState.RUNNING, at=at)


def test_another_department_drops_nothing(them: Cast, there: Hospital, patient: Viewer) -> None:
    row = control(them, there, patient)
    treated(them, patient, "heart")
    with pytest.raises(NotRequested):
        say(them, there.other_coordinator, row, ControlState.DROPPED)


def test_a_control_that_was_dropped_is_asked_for_when_nobody_follows(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    row = control(them, there, patient)
    say(them, there.coordinator, row, ControlState.DROPPED)
    clock.departments(at=LATER)
    with them.acting(there.coordinator):
        assert not Task.objects.filter(kind="resume-control").exists()
    with them.acting():
        for one in Enrolment.objects.filter(patient_id=patient.actor):
            one.period = until(one.period, NOW)
            one.save(update_fields=["period"])
    for _twice in range(2):
        clock.departments(at=NOW + DAY)
    with them.acting(there.coordinator, at=NOW + DAY):
        (task,) = Task.objects.filter(kind="resume-control", done_at=None)
    assert (task.unit_id, task.about["name"]) == (them.units["lungs"], row.name)
    clock.follow_up(at=NOW + DAY)  # the rules of her programme have nothing to do with it
    with them.acting(there.coordinator, at=NOW + DAY):
        assert Task.objects.filter(id=task.id, done_at=None).exists()
    say(them, there.coordinator, row, ControlState.RUNNING, at=NOW + DAY)
    with them.acting(there.coordinator, at=NOW + DAY):
        assert not Task.objects.filter(kind="resume-control", done_at=None).exists()


def test_the_task_to_resume_is_done_by_resuming(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    """Ticked off it would be asked for no more, and the control still be dropped."""
    row = control(them, there, patient)
    say(them, there.coordinator, row, ControlState.DROPPED)
    with them.acting():
        for one in Enrolment.objects.filter(patient_id=patient.actor):
            one.period = until(one.period, NOW)
            one.save(update_fields=["period"])
    clock.departments(at=NOW + DAY)
    with them.clock(NOW + DAY):
        browser = them.browser(there.coordinator)
        front = browser.get("/coordinator/").content.decode()
        assert f"/coordinator/patient/{patient.person}/care#controls-h" in front
        with them.acting(there.coordinator, at=NOW + DAY):
            task = Task.objects.get(kind="resume-control")
        answer = browser.post(f"/coordinator/tasks/{task.id}", follow=True).content.decode()
    assert "Den er gjort når det den ber om, er gjort." in answer
    with them.acting(there.coordinator, at=NOW + DAY):
        assert Task.objects.filter(id=task.id, done_at=None).exists()


def test_pressed_twice_a_control_is_one(them: Cast, there: Hospital, patient: Viewer) -> None:
    with them.acting(there.coordinator) as by:
        one, other = (
            routine.plan(patient=patient.actor, name="Årskontroll", every_months=12, by=by, at=NOW)
            for _twice in range(2)
        )
    assert one.id == other.id


def test_the_patient_sees_own_settings_and_no_others(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    set_oxygen(them, patient, there.outreach, there.specialist)
    other = them.patient()
    for who, n in ((patient, 1), (other, 0)):
        with acting(who.frame(NOW)):
            assert Support.objects.count() == n


def test_only_who_treats_plans_a_control(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    asked(them, patient, them.nurse)  # the department sees the page, and does not treat
    with them.acting(there.specialist, at=NOW + MINUTE) as by, pytest.raises(NotRequested) as no:
        routine.plan(patient=patient.actor, name="Kontroll", every_months=6, by=by, at=NOW + MINUTE)
    assert no.value.code == "whom"


def test_a_control_is_asked_for_each_time_a_follow_up_ends(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient)
    with them.acting(there.specialist) as by:
        row = routine.plan(patient=patient.actor, name="Kontroll", every_months=6, by=by, at=NOW)
        routine.say(control=row.id, state=ControlState.DROPPED, why="Følges hjemme", by=by, at=NOW)
    for n, end in enumerate((NOW + 30 * DAY, NOW + 90 * DAY), 1):
        with them.acting(them.nurse, at=end - DAY):
            for one in Enrolment.objects.filter(patient_id=patient.actor):
                one.period = until(one.period, end)
                one.save()
        for at in (end + DAY, end + 2 * DAY):
            clock.departments(at=at)
        with them.acting(there.coordinator, at=end + DAY):
            assert Task.objects.filter(kind="resume-control").count() == n


def test_a_setting_that_ended_unconfirmed_still_waits_for_the_doctor(
    them: Cast, there: Hospital
) -> None:
    patient = treated_and_visited(them)
    with them.acting(there.outreach) as by:
        row = outreach.set_support(
            patient=patient.actor, kind="oxygen", typed={"rest": 1.5}, why="Lav metning",
            doctor=there.specialist.actor, how="phone", ordered_at=NOW, since=NOW, by=by, at=NOW,
        )  # fmt: skip
    with them.acting(there.outreach, at=NOW + DAY) as by:
        outreach.end_support(support=row.id, why="Bedre", since=NOW + DAY, by=by, at=NOW + DAY)
    with them.acting(there.specialist, at=NOW + 2 * DAY) as by:
        waiting = outreach.unconfirmed_of([there.specialist.actor])
        assert [one.id for one in waiting] == [row.id]
        assert Task.objects.filter(kind="support-unconfirmed", done_at=None).exists()
        outreach.confirm(support=row.id, by=by, at=NOW + 2 * DAY)
        assert not Task.objects.filter(kind="support-unconfirmed", done_at=None).exists()


def test_a_past_day_is_corrected_as_often_as_it_must(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    since = NOW - 3 * DAY
    row = set_oxygen(them, patient, there.outreach, there.specialist, since=since)
    for n in (1, 2):
        at = NOW + n * MINUTE
        row = set_oxygen(them, patient, there.outreach, there.specialist, since=since, at=at,
                         typed={"rest": 1.5 + n / 2}, seen=str(row.id))  # fmt: skip
    with them.acting(them.nurse):
        assert outreach.supports(patient.actor)[0].settings["rest"] == 2.5
