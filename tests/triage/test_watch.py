"""The watch: it is somebody's at every moment, and what is red stands where it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.covering import EVENING, MORNING, arranged, given, taken
from tests.people import NOW, OSLO, Cast
from tests.triage.at_once import together
from tests.triage.test_concurrent import GREEN, RED, closing_of, the_item
from varde.base.tenancy import acting
from varde.clock import tasks as clock
from varde.core.access import Denied
from varde.pathway import closing as pathway
from varde.people import covers
from varde.people.queries import NotFound, patient_for
from varde.people.viewer import Viewer
from varde.triage import handling, queries, watch
from varde.triage.models import Item, Task, Watch
from varde.triage.watch import NotWatched
from varde.triage.worklist import Rank

YELLOW = {**GREEN, "pulse": 110}
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def item_of(them: Cast, patient: Viewer) -> Item:
    found = the_item(them, patient)
    assert found is not None
    return found


def where(them: Cast, patient: Viewer) -> str:
    """The unit on whose list the patient stands."""
    return next(name for name, unit in them.units.items() if unit == item_of(them, patient).unit_id)


def on_list_of(them: Cast, nurse: Viewer, at: datetime = EVENING) -> set[object]:
    with them.acting(nurse, at=at):
        return {row.item.patient_id for row in queries.worklist(nurse)}


def end(them: Cast, nurse: Viewer, row: Watch, at: datetime = MORNING) -> None:
    with them.acting(nurse, at=at) as by:
        watch.end(watch=row.id, by=by, at=at)


# What stands where


def test_what_is_offered_and_not_taken_changes_nothing(them: Cast) -> None:
    aud, patient = arranged(them), them.patient()
    given(them)
    them.report(patient, at=EVENING, **RED)
    assert where(them, patient) == "service"
    assert on_list_of(them, aud) == set()


def test_reds_that_stand_when_the_watch_is_taken_go_with_it_and_the_rest_stays(them: Cast) -> None:
    aud = arranged(them)
    red, yellow, green = (them.patient() for _ in range(3))
    for patient, values in ((red, RED), (yellow, YELLOW), (green, GREEN)):
        them.report(patient, at=EVENING - HOUR, **values)
    taken(them, aud)
    assert on_list_of(them, aud) == {red.person}
    assert on_list_of(them, them.nurse) == {yellow.person, green.person}


def test_a_red_that_comes_in_the_watch_stands_there_and_is_due_by_the_hours_there(
    them: Cast,
) -> None:
    aud, patient = arranged(them), them.patient()
    taken(them, aud)
    them.report(patient, at=EVENING + HOUR, **RED)
    item = item_of(them, patient)
    assert where(them, patient) == "cover"
    assert item.due_at == EVENING + 3 * HOUR  # two hours by the clock, not two opening hours


def test_a_yellow_in_the_watch_waits_for_the_service(them: Cast) -> None:
    aud, patient = arranged(them), them.patient()
    taken(them, aud)
    them.report(patient, at=EVENING + HOUR, **YELLOW)
    assert where(them, patient) == "service"
    them.report(patient, at=EVENING + 2 * HOUR, **RED)
    assert where(them, patient) == "cover"
    them.report(patient, at=EVENING + 3 * HOUR, **YELLOW)  # does not take the red away from them
    assert where(them, patient) == "cover"


def test_a_report_that_was_not_sent_stands_with_who_has_the_watch(them: Cast) -> None:
    aud = arranged(them)
    patient = them.patient(began=NOW - timedelta(days=3))
    them.expect_today()
    taken(them, aud)
    late = (NOW + timedelta(days=1)).replace(hour=12, minute=1)
    clock.overdue(at=late)
    assert where(them, patient) == "cover"
    (row,) = queries_rows(them, aud, late)
    assert [reason.kind for reason in row.reasons] == ["missing"]


def queries_rows(them: Cast, nurse: Viewer, at: datetime) -> list[Any]:
    with them.acting(nurse, at=at):
        return queries.worklist(nurse)


def test_a_patient_whom_nobody_covers_stays_on_the_own_list(them: Cast) -> None:
    """Followed before it was arranged, in a version of the programme that names nobody."""
    patient = them.patient()
    aud = arranged(them, NOW)
    covered = them.patient()
    with them.acting() as by:
        covers.leave(to=them.units["cover"], but=[covered.actor], by=by, at=them.at)
    taken(them, aud)
    for one in (patient, covered):
        them.report(one, at=EVENING + HOUR, **RED)
    assert where(them, patient) == "service"
    assert where(them, covered) == "cover"


# Back again


def test_what_still_stands_comes_back_when_the_service_takes_its_watch(them: Cast) -> None:
    aud, patient = arranged(them), them.patient()
    row = taken(them, aud)
    them.report(patient, at=EVENING + HOUR, **RED)
    before = item_of(them, patient)
    end(them, them.nurse, row)
    after = item_of(them, patient)
    assert where(them, patient) == "service"
    assert (after.rank, after.since) == (before.rank, before.since)
    assert after.version > before.version
    assert on_list_of(them, aud, MORNING) == set()


def test_it_is_not_given_back_while_the_service_is_closed(them: Cast) -> None:
    aud, patient = arranged(them), them.patient()
    row = taken(them, aud)
    with pytest.raises(NotWatched, match="closed"):
        end(them, aud, row, EVENING + 5 * HOUR)
    them.report(patient, at=EVENING + 6 * HOUR, **RED)
    assert where(them, patient) == "cover"
    end(them, aud, row, MORNING)
    assert where(them, patient) == "service"


def test_an_offer_is_declined_at_any_hour_and_the_watch_was_never_theirs(them: Cast) -> None:
    aud = arranged(them)
    row = given(them)
    end(them, aud, row, EVENING + MINUTE)
    with them.acting():
        assert watch.standing(them.units["service"]) is None


def test_what_one_of_them_is_at_work_with_is_not_taken_from_her(them: Cast) -> None:
    """A nurse who stays on with a red keeps it; when she lets it go it is where the watch is."""
    aud, patient = arranged(them), them.patient()
    them.report(patient, at=EVENING - HOUR, **RED)
    with them.acting(them.nurse, at=EVENING) as by:
        handling.take(item=item_of(them, patient).id, by=by, at=EVENING)
    taken(them, aud)
    them.report(patient, at=EVENING + MINUTE, **RED)  # nor by a new red
    assert where(them, patient) == "service"
    with them.acting(them.nurse, at=EVENING + HOUR) as by:
        handling.give_back(item=item_of(them, patient).id, by=by, at=EVENING + HOUR)
    clock.watches(at=EVENING + HOUR)
    assert where(them, patient) == "cover"


def held_in_the_morning(them: Cast) -> tuple[Viewer, Viewer]:
    """A red of the night that she is at work with when the service takes its watch back."""
    aud, patient = arranged(them), them.patient()
    row = taken(them, aud)
    them.report(patient, at=EVENING, **RED)
    with them.acting(aud, at=MORNING) as by:
        handling.take(item=item_of(them, patient).id, by=by, at=MORNING)
    end(them, them.nurse, row, MORNING + MINUTE)
    return aud, patient


def test_what_is_held_in_the_morning_comes_back_when_it_is_let_go(them: Cast) -> None:
    aud, patient = held_in_the_morning(them)
    assert where(them, patient) == "cover"
    with them.acting(aud, at=MORNING + HOUR) as by:
        handling.give_back(item=item_of(them, patient).id, by=by, at=MORNING + HOUR)
    clock.watches(at=MORNING + HOUR)
    assert where(them, patient) == "service"


# Who may


def test_only_who_covers_takes_it_and_only_the_two_end_it(them: Cast) -> None:
    aud = arranged(them)
    row = given(them)
    with them.acting(them.nurse, at=EVENING) as by, pytest.raises(NotWatched, match="gone"):
        watch.take(watch=row.id, by=by, at=EVENING)
    with them.acting(them.gp, at=EVENING) as by, pytest.raises(Denied):
        watch.take(watch=row.id, by=by, at=EVENING)
    with them.acting(aud, at=EVENING) as by, pytest.raises(NotWatched, match="gone"):
        watch.give(unit=them.units["service"], by=by, at=EVENING)


def test_the_one_who_covers_reaches_those_patients_and_no_others(them: Cast) -> None:
    patient = them.patient()
    aud = arranged(them, NOW)
    outside = them.patient(relations=("municipality", "service"), followed_by="municipality")
    with them.acting(aud):
        assert patient_for(aud, patient.actor, at=them.at).id == patient.actor
        with pytest.raises(NotFound):
            patient_for(aud, outside.actor, at=them.at)


def test_a_unit_that_nobody_covers_has_nobody_to_give_it_to(them: Cast) -> None:
    with them.acting(them.nurse, at=EVENING) as by, pytest.raises(NotWatched, match="none"):
        watch.give(unit=by.seat, by=by, at=EVENING)


def test_a_watch_that_is_about_nobody_is_not_given(them: Cast) -> None:
    """Who covers reaches none of the patients: the reds would stay, and nobody would know."""
    arranged(them)
    with them.acting() as by:
        covers.leave(to=them.units["cover"], but=[], by=by, at=them.at)
    with them.acting(them.nurse, at=EVENING) as by, pytest.raises(NotWatched, match="nobody"):
        watch.give(unit=by.seat, by=by, at=EVENING)


def test_it_is_given_once_and_taken_once_however_many_press(them: Cast) -> None:
    aud = arranged(them)

    def give() -> Any:
        with acting(them.nurse.frame(EVENING)):
            return watch.give(unit=them.nurse.seat, by=them.nurse, at=EVENING)

    got = together(*(give for _ in range(4)))
    rows = [one for one in got if isinstance(one, Watch)]
    assert len(rows) == 1
    assert all(isinstance(one, NotWatched) for one in got if one not in rows)

    def take() -> Any:
        with acting(aud.frame(EVENING)):
            return watch.take(watch=rows[0].id, by=aud, at=EVENING)

    assert all(isinstance(one, Watch) for one in together(take, take, take))


def test_the_database_keeps_one_watch_a_unit_and_one_who_has_taken_it(them: Cast) -> None:
    arranged(them)
    row = given(them)
    with them.acting(), pytest.raises(IntegrityError), transaction.atomic():
        Watch.objects.create(unit_id=row.unit_id, to_id=row.to_id, offered_at=EVENING)
    with them.acting(), pytest.raises(IntegrityError), transaction.atomic():
        Watch.objects.filter(id=row.id).update(taken_at=EVENING)


def test_a_red_and_a_taking_at_once_end_with_the_red_where_the_watch_is(them: Cast) -> None:
    aud, patients = arranged(them), [them.patient() for _ in range(6)]
    row = given(them)

    def take() -> None:
        with acting(aud.frame(EVENING)):
            watch.take(watch=row.id, by=aud, at=EVENING)

    reds = [lambda one=one: them.report(one, at=EVENING, **RED) for one in patients]
    got = together(*reds[:3], take, *reds[3:])
    assert not [one for one in got if isinstance(one, Exception)]
    clock.watches(at=EVENING + MINUTE)
    assert {where(them, one) for one in patients} == {"cover"}


# The clock, and what follows


def test_at_closing_the_watch_is_offered_by_itself_and_taken_by_nobody(them: Cast) -> None:
    arranged(them)
    closes = NOW.replace(hour=15)
    clock.watches(at=closes - MINUTE)
    with them.acting():
        assert watch.standing(them.units["service"]) is None
    clock.watches(at=closes)
    clock.watches(at=closes + MINUTE)
    with them.acting():
        (row,) = Watch.objects.all()
    assert (row.offered_by_id, row.offered_at, row.taken_at) == (None, closes, None)


def test_what_is_promised_in_the_watch_is_the_services_to_do(them: Cast) -> None:
    """But who says that she will call again at a time does it herself."""
    aud, patient = arranged(them), them.patient()
    taken(them, aud)
    them.report(patient, at=EVENING, **RED)
    at = EVENING + HOUR
    closing = closing_of(them, patient, next_steps=("to-gp", "call-again"))
    with them.acting(aud, at=at) as by:
        pathway.close(closing=closing, call_at=at + HOUR, by=by, at=at)
    with them.acting():
        rows = {task.kind: task for task in Task.objects.filter(patient_id=patient.person)}
    assert rows["ask-gp"].unit_id == them.units["service"]
    assert rows["ask-gp"].due_at.astimezone(OSLO).hour < 15
    assert rows["call-again"].unit_id == them.units["cover"]
    assert rows["call-again"].due_at == at + HOUR


def test_a_red_closed_in_the_watch_is_closed_for_the_service(them: Cast) -> None:
    aud, patient = arranged(them), them.patient()
    row = taken(them, aud)
    them.report(patient, at=EVENING, **RED)
    closing = closing_of(them, patient)
    with them.acting(aud, at=EVENING + HOUR) as by:
        pathway.close(closing=closing, by=by, at=EVENING + HOUR)
    end(them, them.nurse, row)
    assert the_item(them, patient) is None
    assert item_count(them, Rank.RED) == 0


def item_count(them: Cast, rank: Rank) -> int:
    with them.acting():
        return Item.objects.filter(open=True, rank=rank).count()
