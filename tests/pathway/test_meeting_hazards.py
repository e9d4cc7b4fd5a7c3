"""Meetings when something goes wrong: struck, forgotten, two at once, a word nobody has said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hospital import Hospital, objects_to_sharing, reaches
from tests.pathway.met import (
    DAY,
    FRIDAY,
    WHY,
    begun,
    convened,
    decide,
    ended,
    gone_through,
    put,
    put_by,
    running,
)
from tests.pathway.test_requests import work
from tests.people import NOW, Cast
from varde.clock import tasks as clock
from varde.core.meeting import CaseStage, Decided, NotMet
from varde.dialogue.models import Letter
from varde.pathway.meeting import deciding, listing, meetings, minutes
from varde.pathway.meeting.deciding import Wanted
from varde.pathway.models import Case, Meeting
from varde.people.models import Person
from varde.triage.models import Task

MINUTE = timedelta(minutes=1)


# --- Nobody is lost ---


def test_a_meeting_nobody_started_is_a_task_and_its_list_goes_on(
    them: Cast, there: Hospital
) -> None:
    patient = them.patient()
    row = convened(them, there.coordinator)
    put(them, row, patient)
    clock.departments(at=FRIDAY + DAY)
    with them.acting(there.coordinator, at=FRIDAY + DAY):
        assert Task.objects.get(kind="meeting-not-held").unit_id == them.units["lungs"]
        assert Meeting.objects.get(id=row.id).stage == "called-off"
        then = Case.objects.exclude(meeting=row).select_related("meeting").get()
        assert then.meeting.starts_at == FRIDAY + 7 * DAY
    clock.departments(at=FRIDAY + 2 * DAY)
    with them.acting(there.coordinator, at=FRIDAY + 2 * DAY):
        assert Task.objects.filter(kind="meeting-not-held").count() == 1


def test_where_no_meeting_follows_the_nurse_has_them_again(them: Cast, there: Hospital) -> None:
    patients = [them.patient(), them.patient()]
    row = convened(them, there.coordinator, every_weeks=0)
    for patient in patients:
        put(them, row, patient)
    begun(them, row, there.coordinator)
    ended(them, row, there.coordinator, {})
    for n in range(1, 4):
        clock.lists(at=FRIDAY + n * DAY)
    with them.acting(them.nurse, at=FRIDAY + 4 * DAY):
        left = Task.objects.filter(kind="put-on-meeting", done_at=None)
        assert {one.patient_id for one in left} == {one.actor for one in patients}
        assert left.count() == 2
        assert all(one.about["question"] == WHY for one in left)


def test_called_off_who_was_invited_still_is(them: Cast, there: Hospital) -> None:
    row = convened(them, there.coordinator)
    case = put(them, row, them.patient())
    with them.acting(them.nurse) as by:
        listing.invite(case=case.id, by=by, at=NOW)
    with them.acting(there.coordinator) as by:
        meetings.call_off(meeting=row.id, by=by, at=NOW)
        then = Case.objects.exclude(meeting=row).get()
    assert then.invited_id == them.units["practice"]


def test_who_says_no_to_sharing_is_carried_to_no_list(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    row = convened(them, there.coordinator)
    put(them, row, patient)
    begun(them, row, there.coordinator)
    objects_to_sharing(them, patient)
    ended(them, row, there.coordinator, {})
    with them.acting(them.nurse, at=FRIDAY):
        assert Case.objects.count() == 1
    assert not reaches(them, "lungs", patient.actor, FRIDAY + 7 * DAY)


def test_of_who_says_no_to_sharing_the_notes_go_to_the_service_alone(
    them: Cast, there: Hospital
) -> None:
    patient = them.patient()
    case = running(them, there, patient)
    decide(them, case, there.specialist, Decided.MEDICATION)
    objects_to_sharing(them, patient)
    ended(them, case.meeting, there.coordinator, {case.id: "Furix 40 mg × 2"})
    with them.acting(them.nurse, at=FRIDAY):
        assert [one.organisation_id for one in Letter.objects.all()] == [them.units["service"]]


def test_who_has_died_is_carried_to_no_list(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    row = convened(them, there.coordinator)
    put(them, row, patient)
    begun(them, row, there.coordinator)
    with them.acting(them.nurse):
        Person.objects.filter(id=patient.actor).update(died_at=FRIDAY)
    ended(them, row, there.coordinator, {})
    with them.acting(them.nurse, at=FRIDAY):
        assert Case.objects.count() == 1


def test_another_meeting_at_the_same_hour_stops_neither(them: Cast, there: Hospital) -> None:
    """The next of the series has its time taken: the list goes to what is there."""
    patient = them.patient()
    row = convened(them, there.coordinator)
    other = convened(them, there.coordinator, at=FRIDAY + 7 * DAY, programmes=["heart-failure"])
    put(them, row, patient)
    begun(them, row, there.coordinator)
    ended(them, row, there.coordinator, {})
    with them.acting(there.coordinator, at=FRIDAY):
        assert Meeting.objects.get(id=row.id).stage == "ended"
        assert Case.objects.exclude(meeting=row).get().meeting_id == other.id


def test_left_over_once_and_gone_through_since_is_left_in_peace(
    them: Cast, there: Hospital
) -> None:
    patient = them.patient()
    first = convened(them, there.coordinator, every_weeks=0)
    put(them, first, patient)
    begun(them, first, there.coordinator)
    ended(them, first, there.coordinator, {})
    second = convened(them, there.coordinator, at=FRIDAY + 7 * DAY, every_weeks=0)
    case = put(them, second, patient, at=FRIDAY + DAY)
    late = FRIDAY + 7 * DAY
    with them.acting(there.specialist, at=late) as by:
        meetings.start(meeting=second.id, by=by, at=late)
        deciding.decide(case=case.id, wanted=Wanted(Decided.STAY, ""), by=by, at=late)
        meetings.gone_through(meeting=second.id, case=case.id, then=CaseStage.DONE, by=by, at=late)
        minutes.end(meeting=second.id, edition=Meeting.objects.get(id=second.id).edition,
                    notes={case.id: "Som før"}, by=by, at=late)  # fmt: skip
        third = meetings.convene(starts_at=late + 7 * DAY, minutes=60, place="", every_weeks=0,
                                 programmes=["copd"], by=by, at=late)  # fmt: skip
    clock.lists(at=late + DAY)
    with them.acting(them.nurse, at=late + DAY):
        assert not Case.objects.filter(meeting=third).exists()


def test_off_the_list_nothing_is_decided(them: Cast, there: Hospital) -> None:
    patient, other = them.patient(), them.patient()
    row = convened(them, there.coordinator)
    case, _stays = put(them, row, patient), put(them, row, other)
    begun(them, row, there.coordinator)
    with them.acting(them.nurse, at=FRIDAY) as by:
        listing.remove(case=case.id, by=by, at=FRIDAY)
        with pytest.raises(NotMet) as no:
            deciding.decide(case=case.id, wanted=Wanted(Decided.STAY, ""), by=by, at=FRIDAY)
    assert no.value.code == "gone"


def test_it_is_begun_the_day_before_at_the_earliest(them: Cast, there: Hospital) -> None:
    row = convened(them, there.coordinator)
    put(them, row, them.patient())
    with them.acting(them.nurse) as by, pytest.raises(NotMet) as no:
        meetings.start(meeting=row.id, by=by, at=NOW)
    assert no.value.code == "day"


def test_taken_up_again_it_is_before_everyone(them: Cast, there: Hospital) -> None:
    row = convened(them, there.coordinator)
    case, _other = put(them, row, them.patient()), put(them, row, them.patient())
    begun(them, row, there.coordinator)
    gone_through(them, case, there.coordinator, CaseStage.NEXT_TIME)
    gone_through(them, case, there.coordinator, CaseStage.WAITING)
    with them.acting(there.coordinator, at=FRIDAY):
        assert Meeting.objects.get(id=row.id).current == case.id


def test_what_is_undone_in_a_minute_has_let_nobody_in(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    convened(them, there.coordinator)
    put_by(them, patient)
    clock.lists(at=NOW + timedelta(seconds=30))
    assert not reaches(them, "lungs", patient.actor, NOW + MINUTE)
    clock.lists(at=NOW + 2 * MINUTE)
    assert reaches(them, "lungs", patient.actor, NOW + 3 * MINUTE)


def test_a_note_without_words_stops_no_other(them: Cast, there: Hospital) -> None:
    wordless, other = them.patient(), them.patient()
    put_by(them, wordless, "?")
    put_by(them, other)
    convened(them, there.coordinator)
    clock.lists(at=NOW + 2 * MINUTE)
    with them.acting(them.nurse):
        assert set(Case.objects.values_list("patient_id", "why")) == {
            (wordless.actor, "rule"), (other.actor, "question"),
        }  # fmt: skip


def test_of_one_who_is_dead_nothing_is_talked(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    row = convened(them, there.coordinator)
    with them.acting(them.nurse):
        Person.objects.filter(id=patient.actor).update(died_at=NOW)
    with pytest.raises(NotMet):
        put(them, row, patient)


def test_taken_off_by_another_the_nurse_is_told(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    row = convened(them, there.coordinator)
    case = put(them, row, patient)
    with them.acting(there.coordinator, at=NOW + MINUTE) as by:
        listing.remove(case=case.id, by=by, at=NOW + MINUTE)
    ((kind, about),) = work(them, patient)
    assert (kind, about["stage"], about["author"]) == ("asked-for", "off-list", by.name)
    with them.clock(NOW + 2 * MINUTE):
        told = them.browser(them.nurse).get("/nurse/").content.decode()
    assert f"{by.name} tok pasienten av lista til møtet" in told


def test_a_list_opens_six_weeks_before(them: Cast, there: Hospital) -> None:
    row = convened(them, there.coordinator, at=FRIDAY + 70 * DAY)
    with pytest.raises(NotMet) as no:
        put(them, row, them.patient())
    assert no.value.code == "early"


def test_two_series_of_a_department_keep_their_own(them: Cast, there: Hospital) -> None:
    lungs = convened(them, there.coordinator)
    convened(them, there.coordinator, at=FRIDAY + DAY, programmes=["heart-failure"])
    put(them, lungs, them.patient())
    begun(them, lungs, there.coordinator)
    ended(them, lungs, there.coordinator, {})
    with them.acting(there.coordinator, at=FRIDAY):
        then = Case.objects.exclude(meeting=lungs).select_related("meeting").get()
    assert (then.meeting.programmes, then.meeting.starts_at) == (["copd"], FRIDAY + 7 * DAY)


# --- What goes out ---


def test_decided_and_put_off_the_note_goes_out_all_the_same(them: Cast, there: Hospital) -> None:
    case = running(them, there, them.patient())
    decide(them, case, there.specialist, Decided.MEDICATION)
    gone_through(them, case, there.coordinator, CaseStage.NEXT_TIME)
    with them.acting(there.coordinator, at=FRIDAY):
        row = Meeting.objects.get()
        assert minutes.owed([Case.objects.get(id=case.id)]) == {case.id}
    assert ended(them, row, there.coordinator, {case.id: "Notat"}) == 2
    with them.acting(them.nurse, at=FRIDAY):
        assert Letter.objects.count() == 2
        assert Case.objects.filter(why="last-time").count() == 1


def test_a_note_too_long_leaves_the_meeting_as_it_was(them: Cast, there: Hospital) -> None:
    case = running(them, there, them.patient())
    decide(them, case, there.specialist, Decided.STAY, "")
    gone_through(them, case, there.coordinator)
    with them.acting(there.coordinator, at=FRIDAY):
        row = Meeting.objects.get()
    with pytest.raises(NotMet) as no:
        ended(them, row, there.coordinator, {case.id: "ord " * 30_000})
    assert no.value.code == "long"
    with them.acting(there.coordinator, at=FRIDAY):
        assert Meeting.objects.get().stage == "running"
        assert not Letter.objects.exists()


def test_notes_do_not_go_out_while_it_runs(them: Cast, there: Hospital) -> None:
    case = running(them, there, them.patient())
    with them.acting(them.nurse, at=FRIDAY) as by, pytest.raises(NotMet):
        minutes.send_late(meeting=case.meeting_id, notes={case.id: "Notat"}, by=by, at=FRIDAY)
