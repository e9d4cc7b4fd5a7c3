"""The watch where things meet: a second night, what is held, another unit's patients, the undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.covering import EVENING, MORNING, arranged, given, response_centre, taken
from tests.people import NOW, Cast, employ
from tests.triage.test_concurrent import RED, closing_of
from tests.triage.test_watch import YELLOW, end, held_in_the_morning, item_of, on_list_of, where
from varde.catalogue import queries as programmes
from varde.clock import tasks as clock
from varde.core.access import Role
from varde.measuring import actions as measuring
from varde.pathway import closing as pathway
from varde.pathway.covering import arrange
from varde.people.doctors import doctors_of
from varde.triage import asks, handling, passing, watch
from varde.triage.handling import NotClosed

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def test_the_second_night_a_red_stays_where_the_watch_is(them: Cast) -> None:
    """The watch of last night is over; that it is swept up does not call this night's reds home."""
    aud, patient = arranged(them), them.patient()
    end(them, them.nurse, taken(them, aud))
    tonight = EVENING + DAY
    taken(them, aud, tonight)
    them.report(patient, at=tonight + HOUR, **RED)
    for minute in range(1, 4):
        clock.watches(at=tonight + HOUR + minute * MINUTE)
        assert where(them, patient) == "cover"


def test_what_is_held_comes_home_when_the_arrangement_ends(them: Cast) -> None:
    _aud, patient = held_in_the_morning(them)
    with them.acting(at=MORNING + 2 * MINUTE) as by:
        arrange(unit=them.units["service"], to=None, by=by, at=MORNING + 2 * MINUTE)
    assert where(them, patient) == "service"
    assert patient.person in on_list_of(them, them.nurse, MORNING + HOUR)


def test_what_is_held_there_for_days_comes_home_when_it_is_let_go(them: Cast) -> None:
    """She closed the red; a yellow that came meanwhile stayed with her, and she had it open."""
    aud, patient = arranged(them), them.patient()
    row = taken(them, aud)
    them.report(patient, at=EVENING, **RED)
    seen = closing_of(them, patient)
    them.report(patient, at=EVENING + MINUTE, **YELLOW)
    with them.acting(aud, at=EVENING + 2 * MINUTE) as by:
        pathway.close(closing=seen, by=by, at=EVENING + 2 * MINUTE)
        handling.take(item=item_of(them, patient).id, by=by, at=EVENING + 3 * MINUTE)
    end(them, them.nurse, row)
    for hour in range(72):
        clock.idle(at=MORNING + hour * HOUR)
        clock.watches(at=MORNING + hour * HOUR)
    assert where(them, patient) == "service"


def test_a_patient_of_two_covered_units_stays_covered_for_the_other(them: Cast) -> None:
    patient = them.patient(followed_by="municipality")
    with them.acting() as by:
        measuring.enrol(
            patient=patient.actor, programme=programmes.newest("heart-failure"),
            unit=them.units["service"], service_model=1, weekday=0, by=by, at=NOW,
        )  # fmt: skip
    aud = response_centre(them)
    for unit in ("municipality", "service"):
        with them.acting(replace(them.system, unit=them.units[unit])) as by:
            arrange(unit=them.units[unit], to=them.units["cover"], by=by, at=NOW)
    with them.acting(replace(them.system, unit=them.units["municipality"]), at=EVENING) as by:
        row = watch.give(unit=them.units["municipality"], by=by, at=EVENING)
    with them.acting(aud, at=EVENING) as by:
        watch.take(watch=row.id, by=by, at=EVENING)
    them.report(patient, at=EVENING, **RED)
    with them.acting(at=EVENING + MINUTE) as by:
        arrange(unit=them.units["service"], to=None, by=by, at=EVENING + MINUTE)
    clock.watches(at=EVENING + 2 * MINUTE)
    assert on_list_of(them, aud, EVENING + 3 * MINUTE) == {patient.person}


def test_who_said_she_would_call_again_tonight_has_it_on_her_list_then(them: Cast) -> None:
    aud, patient = arranged(them), them.patient()
    taken(them, aud)
    them.report(patient, at=EVENING, **RED)
    at = EVENING + HOUR
    closing = closing_of(them, patient, next_steps=("call-again",))
    with them.acting(aud, at=at) as by:
        pathway.close(closing=closing, call_at=at + HOUR, by=by, at=at)
    clock.due_tasks(at=at + HOUR + MINUTE)
    clock.watches(at=at + HOUR + 2 * MINUTE)
    assert on_list_of(them, aud, at + 2 * HOUR) == {patient.person}


def test_a_doctors_answer_to_a_red_of_the_night_comes_to_who_has_the_watch(them: Cast) -> None:
    aud, patient = arranged(them), them.patient()
    taken(them, aud)
    them.report(patient, at=EVENING, **RED)
    at = EVENING + HOUR
    with them.acting(aud, at=at) as by:
        row = asks.ask(patient=patient.person, rung="gp", question="Hva gjør vi?", by=by, at=at)
        closing = closing_of(them, patient, acts=("sent-to-doctor",))
    with them.acting(aud, at=at) as by:
        pathway.close(closing=closing, by=by, at=at)
    with them.acting(them.gp, at=at + MINUTE) as by:
        asks.answer(ask=row.id, text="Legg inn pasienten i kveld", by=by, at=at + MINUTE)
    clock.watches(at=at + 2 * MINUTE)
    assert where(them, patient) == "cover"


def test_a_doctor_of_the_ward_that_covers_treats_nobody_by_that(them: Cast) -> None:
    patient = them.patient()
    response_centre(them, kind="ward")
    with them.acting() as by:
        before = doctors_of(patient.person, zone="Europe/Oslo", at=NOW)
        arrange(unit=them.units["service"], to=them.units["cover"], by=by, at=NOW)
    with them.acting():
        employ(them, "Vakthavende", Role.GP, "cover", NOW)
    with them.acting(at=NOW + MINUTE):
        assert doctors_of(patient.person, zone="Europe/Oslo", at=NOW + MINUTE) == before


def test_what_has_moved_is_not_undone_from_where_it_was(them: Cast) -> None:
    """The red that came while she closed stood open and has gone to the night: it is theirs."""
    aud, patient = arranged(them), them.patient()
    them.report(patient, at=EVENING - MINUTE, **RED)
    seen = closing_of(them, patient)
    them.report(patient, at=EVENING - 30 * SECOND, **RED)
    with them.acting(them.nurse, at=EVENING - 20 * SECOND) as by:
        done = pathway.close(closing=seen, by=by, at=EVENING - 20 * SECOND)
    taken(them, aud)
    at = EVENING + 30 * SECOND
    with them.acting(them.nurse, at=at) as by, pytest.raises(NotClosed):
        passing.undo(handling=done.handling.id, by=by, at=at)
    with them.acting(aud, at=at) as by:
        assert handling.take(item=item_of(them, patient).id, by=by, at=at)


def test_what_the_service_has_withdrawn_is_not_offered_again_the_same_evening(them: Cast) -> None:
    aud = arranged(them)
    row = given(them)
    with them.acting(them.nurse, at=EVENING + MINUTE) as by:
        watch.end(watch=row.id, by=by, at=EVENING + MINUTE, taken=False)
    clock.watches(at=EVENING + 2 * MINUTE)
    with them.acting():
        assert watch.standing(them.units["service"]) is None
    clock.watches(at=EVENING + DAY)  # tomorrow is another evening
    with them.acting():
        assert watch.standing(them.units["service"]) is not None
    assert on_list_of(them, aud) == set()


def test_a_withdrawal_that_comes_after_the_taking_ends_nothing(them: Cast) -> None:
    """She pressed «withdraw» on a page where it stood as an offer; they have taken it since."""
    aud = arranged(them)
    row = given(them)
    with them.acting(aud, at=EVENING) as by:
        watch.take(watch=row.id, by=by, at=EVENING)
    with them.acting(them.nurse, at=EVENING) as by, pytest.raises(watch.NotWatched):
        watch.end(watch=row.id, by=by, at=EVENING, taken=False)
    with them.acting():
        assert watch.standing(them.units["service"]) is not None
