"""The meeting: who is on its list, whom that lets in, and the notes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.hospital import Hospital, objects_to_sharing, reaches, treated
from tests.pathway.met import DAY, FRIDAY, WHY, convened, decide, ended, gone_through, put, running
from tests.people import NOW, OSLO, Cast
from tests.triage.at_once import together
from varde.base.rows import new_id
from varde.base.tenancy import acting
from varde.clock import tasks as clock
from varde.core.access import Ground
from varde.core.meeting import Decided, NotMet, Why
from varde.core.request import NotRequested, What
from varde.dialogue.models import Letter
from varde.pathway import closing
from varde.pathway.meeting import filling, listing, meetings, minutes
from varde.pathway.models import Case, Meeting
from varde.pathway.together import outreach, requests
from varde.pathway.together.requests import Wish
from varde.people.viewer import Viewer
from varde.plan.models import Input
from varde.triage import tasks
from varde.triage.contact import Contact
from varde.triage.models import Task

# --- The list, and whom it lets in -------------------------------------------------------------


def test_the_list_lets_the_department_in_until_a_day_after(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    row = convened(them, there.coordinator)
    assert not reaches(them, "lungs", patient.actor, NOW)
    put(them, row, patient)
    saturday = datetime(2026, 11, 21, 23, 59, tzinfo=OSLO)
    assert reaches(them, "lungs", patient.actor, NOW + timedelta(minutes=1))
    assert reaches(them, "lungs", patient.actor, saturday)
    assert not reaches(them, "lungs", patient.actor, saturday + timedelta(minutes=1))
    assert not reaches(them, "heart", patient.actor, NOW + timedelta(minutes=1))


def test_off_the_list_is_out_at_once(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    case = put(them, convened(them, there.coordinator), patient)
    later = NOW + timedelta(minutes=5)
    with them.acting(them.nurse, at=later) as by:
        listing.remove(case=case.id, by=by, at=later)
    assert not reaches(them, "lungs", patient.actor, later + timedelta(minutes=1))


def test_a_department_that_treats_still_does(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient)
    case = put(them, convened(them, there.coordinator), patient)
    with them.acting(there.coordinator) as by:
        listing.remove(case=case.id, by=by, at=NOW)
    assert reaches(them, "lungs", patient.actor, NOW + timedelta(minutes=1))


def test_moved_and_called_off_the_way_in_follows(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    row = convened(them, there.coordinator, every_weeks=0)
    put(them, row, patient)
    with them.acting(there.coordinator) as by:
        meetings.move(meeting=row.id, starts_at=FRIDAY + 3 * DAY, place="", by=by, at=NOW)
    assert reaches(them, "lungs", patient.actor, FRIDAY + 4 * DAY)
    later = NOW + timedelta(minutes=5)
    with them.acting(there.coordinator, at=later) as by:
        meetings.call_off(meeting=row.id, by=by, at=later)
    assert not reaches(them, "lungs", patient.actor, later + timedelta(minutes=1))


def test_nobody_is_put_on_it_who_said_no_to_sharing(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    objects_to_sharing(them, patient)
    row = convened(them, there.coordinator)
    with pytest.raises(NotMet) as no:
        put(them, row, patient)
    assert no.value.code == "consent"
    assert not reaches(them, "lungs", patient.actor, NOW + timedelta(minutes=1))


def test_a_patient_is_on_a_list_once(them: Cast, there: Hospital) -> None:
    patient, row = them.patient(), convened(them, there.coordinator)

    def again() -> str:
        try:
            put(them, row, patient)
        except NotMet as no:
            return no.code
        return "put"

    assert sorted(map(str, together(again, again))) == ["listed", "put"]


def test_another_departments_meeting_is_not_there(them: Cast, there: Hospital) -> None:
    """The coordinator of one department neither sees nor leads the meeting of another."""
    patient = them.patient()
    row = convened(them, there.coordinator)
    case = put(them, row, patient)
    with them.acting(there.other_coordinator) as by:
        assert meetings.meetings_for(by) == []
        assert meetings.cases_for(row, by, at=NOW) == []
        for act in (meetings.start, meetings.call_off):
            with pytest.raises(NotMet):
                act(meeting=row.id, by=by, at=NOW)
        with pytest.raises(NotMet):
            listing.remove(case=case.id, by=by, at=NOW)


def test_a_gp_sees_the_patient_invited_to_and_no_other(them: Cast, there: Hospital) -> None:
    invited_to, other = them.patient(), them.patient()
    row = convened(them, there.coordinator)
    case = put(them, row, invited_to)
    put(them, row, other)
    with them.acting(them.gp) as by:
        assert meetings.meetings_for(by) == []
    with them.acting(them.nurse) as by:
        listing.invite(case=case.id, by=by, at=NOW)
    with them.acting(them.gp) as by:
        assert [one.id for one in meetings.meetings_for(by)] == [row.id]
        found = meetings.cases_for(row, by, at=NOW)
        assert [one.patient_id for one in found] == [invited_to.actor]
    with them.acting(them.other_gp) as by:
        assert meetings.cases_for(row, by, at=NOW) == []


# --- The list fills ----------------------------------------------------------------------------


def yellow(them: Cast, days: int) -> Viewer:
    patient = them.patient()
    at = NOW - timedelta(days=days)
    them.report(patient, at=at, spo2=89)
    return patient


def test_yellow_for_long_comes_on_the_list_of_who_treats(them: Cast, there: Hospital) -> None:
    long, short = yellow(them, 8), yellow(them, 5)
    treated(them, long)
    treated(them, short)
    row = convened(them, there.coordinator)
    for _twice in range(2):
        clock.lists(at=NOW)
    with them.acting(them.nurse) as by:
        found = meetings.cases_for(row, by, at=NOW)
    assert [(one.patient_id, one.why) for one in found] == [(long.actor, Why.RULE)]


def test_a_rule_lets_nobody_in(them: Cast, there: Hospital) -> None:
    """Yellow for long with no department: suggested to the nurse, shown to nobody."""
    patient = yellow(them, 8)
    row = convened(them, there.coordinator)
    clock.lists(at=NOW)
    assert not reaches(them, "lungs", patient.actor, NOW + timedelta(minutes=1))
    with them.acting(them.nurse) as by:
        assert filling.suggested(row, by, at=NOW) == [patient.actor]
        assert meetings.cases_for(row, by, at=NOW) == []


def test_what_was_taken_off_a_rule_does_not_put_back(them: Cast, there: Hospital) -> None:
    patient = yellow(them, 8)
    treated(them, patient)
    row = convened(them, there.coordinator)
    clock.lists(at=NOW)
    with them.acting(there.coordinator) as by:
        (case,) = meetings.cases_for(row, by, at=NOW)
        listing.remove(case=case.id, by=by, at=NOW)
    clock.lists(at=NOW + timedelta(minutes=5))
    with them.acting(there.coordinator) as by:
        assert meetings.cases_for(row, by, at=NOW) == []


def test_what_a_nurse_put_by_comes_with_her_words(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    with them.acting(them.nurse) as by:
        contact = Contact(new_id(), patient.actor, ("phone-answered",), ("to-meeting",), WHY)
        closing.record_contact(contact=contact, by=by, at=NOW)
    clock.lists(at=NOW)
    row = convened(them, there.coordinator)
    clock.lists(at=NOW)
    with them.acting(them.nurse) as by:
        assert meetings.cases_for(row, by, at=NOW) == []  # it may still be undone
    clock.lists(at=NOW + timedelta(minutes=2))
    with them.acting(them.nurse) as by:
        (case,) = meetings.cases_for(row, by, at=NOW)
        assert (case.question, case.why) == (WHY, Why.QUESTION)
        assert not Task.objects.filter(kind="put-on-meeting", done_at=None).exists()


# --- Gone through, ended, and what goes out ----------------------------------------------------


def test_nobody_is_gone_through_with_nothing_decided(them: Cast, there: Hospital) -> None:
    case = running(them, there, them.patient())
    with pytest.raises(NotMet) as no:
        gone_through(them, case, there.coordinator)
    assert no.value.code == "empty"


def test_the_notes_go_to_gp_service_and_home_care(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient, "home-care", Ground.CARE_TEAM)
    case = running(them, there, patient)
    decide(them, case, there.specialist, Decided.STAY)
    gone_through(them, case, there.coordinator)
    with them.acting(there.coordinator, at=FRIDAY):
        row = Meeting.objects.get()
    assert ended(them, row, there.coordinator, {case.id: "Som før."}) == 3
    with them.acting(them.nurse, at=FRIDAY):
        found = {one.organisation_id for one in Letter.objects.filter(kind="meeting")}
    assert found == {them.units[one] for one in ("practice", "service", "home-care")}


def test_notes_that_are_not_those_shown_do_not_go_out(them: Cast, there: Hospital) -> None:
    case = running(them, there, them.patient())
    decide(them, case, there.specialist, Decided.STAY)
    gone_through(them, case, there.coordinator)
    with them.acting(there.coordinator):
        row = Meeting.objects.get()
    with pytest.raises(NotMet) as no:
        ended(them, row, there.coordinator, {case.id: "Som før."}, edition=row.edition - 1)
    assert no.value.code == "seen"
    with them.acting(them.nurse):
        assert not Letter.objects.exists()


def test_who_was_not_gone_through_comes_next_week(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    case = running(them, there, patient)
    with them.acting(there.coordinator):
        row = Meeting.objects.get()
    ended(them, row, there.coordinator, {})
    with them.acting(there.coordinator, at=FRIDAY):
        (then,) = Meeting.objects.exclude(id=row.id)
        (again,) = Case.objects.filter(meeting=then)
    assert then.starts_at == FRIDAY + 7 * DAY
    assert (again.why, again.before, again.question) == (Why.LAST_TIME, case.id, WHY)
    assert reaches(them, "lungs", patient.actor, FRIDAY + 8 * DAY)


def test_what_was_not_done_comes_next_time(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    case = running(them, there, patient)
    decide(them, case, there.specialist, Decided.MEDICATION)
    gone_through(them, case, there.coordinator)
    with them.acting(there.coordinator):
        row = Meeting.objects.get()
    ended(them, row, there.coordinator, {case.id: "Furix"})
    clock.lists(at=FRIDAY + 4 * DAY)
    with them.acting(them.nurse, at=FRIDAY + 4 * DAY):
        (again,) = Case.objects.exclude(meeting=row)
    assert (again.why, again.before) == (Why.LAST_TIME, case.id)


def test_a_meeting_nobody_ended_is_ended_and_its_notes_are_tasks(
    them: Cast, there: Hospital
) -> None:
    """While its patients are seen: who waits comes next time, what was decided is for the plan."""
    patient, other = them.patient(), them.patient()
    case = running(them, there, patient)
    put(them, case.meeting, other, at=FRIDAY)
    decide(them, case, there.specialist, Decided.MEDICATION, "Prednisolon 30 mg")
    clock.departments(at=FRIDAY + timedelta(hours=2))
    night, late = FRIDAY + timedelta(hours=13), FRIDAY + 3 * DAY
    for _twice in range(2):
        clock.departments(at=night)
    with them.acting(there.coordinator, at=night):
        (task,) = Task.objects.filter(kind="meeting-not-ended")
        assert task.unit_id == them.units["lungs"]
        over = Meeting.objects.get(id=case.meeting_id)
        assert (over.stage, over.ended_by_id) == ("ended", None)
        assert Case.objects.filter(patient_id=other.actor, meeting__stage="convened").exists()
    with them.acting(them.nurse, at=late) as by:
        (told,) = Input.objects.filter(patient_id=patient.actor)
        assert (told.kind, told.text) == ("meeting", "Prednisolon 30 mg")
        (mine,) = tasks.open_tasks(patient.actor, ("meeting-note",))
        assert mine.unit_id == them.units["service"]
        minutes.send_late(meeting=over.id, notes={case.id: "Ny dose"}, by=by, at=late)
        assert not tasks.open_tasks(patient.actor, ("meeting-note",))
    clock.departments(at=late)
    with them.acting(there.coordinator, at=late):  # there is nothing for the department to send
        assert Task.objects.filter(kind="meeting-not-ended").exists()
        assert not Task.objects.filter(kind="meeting-not-ended", done_at=None).exists()


def test_a_meeting_nobody_ended_and_nothing_decided_is_just_over(
    them: Cast, there: Hospital
) -> None:
    running(them, there, them.patient())
    clock.departments(at=FRIDAY + timedelta(hours=13))
    with them.acting(there.coordinator):
        assert not Task.objects.filter(kind="meeting-not-ended").exists()


def test_a_list_is_not_seen_for_longer_than_a_list_is(them: Cast, there: Hospital) -> None:
    """Moved far ahead, the records would be open until then."""
    row = convened(them, there.coordinator)
    put(them, row, them.patient())
    with them.acting(there.coordinator) as by, pytest.raises(NotMet) as no:
        meetings.move(meeting=row.id, starts_at=FRIDAY + 200 * DAY, place="", by=by, at=NOW)
    assert no.value.code == "early"


def test_who_sees_a_patient_by_a_list_passes_nobody_on(them: Cast, there: Hospital) -> None:
    """Neither on the next list, nor to a team or another department."""
    patient = them.patient()
    put(them, convened(them, there.coordinator), patient)
    next_one = convened(them, there.coordinator, FRIDAY + 7 * DAY, every_weeks=0)
    with pytest.raises(NotMet) as no:
        put(them, next_one, patient, there.coordinator)
    assert no.value.code == "ground"
    wish = Wish(patient.actor, What.APPOINTMENT, them.units["heart"], "Se på henne")
    with them.acting(there.specialist) as by:
        with pytest.raises(NotRequested) as refused:
            requests.ask_for(wish, by=by, at=NOW)
        assert refused.value.code == "ground"
        for act in (outreach.share, outreach.unshare):
            with pytest.raises(NotRequested) as refused:
                act(patient=patient.actor, team=them.units["team"], by=by, at=NOW)
            assert refused.value.code == "ground"


def test_notes_that_never_went_out_the_nurse_can_send(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    case = running(them, there, patient)
    decide(them, case, there.specialist, Decided.STAY)
    gone_through(them, case, there.coordinator)
    with acting(there.coordinator.frame(FRIDAY)):
        row = Meeting.objects.get(id=case.meeting_id)
    ended(them, row, there.coordinator, {})
    late = FRIDAY + 3 * DAY
    assert not reaches(them, "lungs", patient.actor, late)
    for n in (2, 0):
        with them.acting(them.nurse, at=late) as by:
            sent = minutes.send_late(meeting=case.meeting_id, notes={case.id: "Som før."}, by=by,
                                      at=late)  # fmt: skip
        assert sent == n


def test_only_a_department_ends_it(them: Cast, there: Hospital) -> None:
    case = running(them, there, them.patient())
    with acting(them.nurse.frame(FRIDAY)):
        row = Meeting.objects.get(id=case.meeting_id)
    with pytest.raises(NotMet):
        ended(them, row, them.nurse, {})
