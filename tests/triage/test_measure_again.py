"""Measure again: a red waits for its repetition, and only a good one in time lowers anything."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people import Cast, delivery
from tests.triage.at_once import overlapping
from tests.triage.test_concurrent import GREEN, RED, close, closing_of, open_reasons, the_item
from varde.base.rows import new_id
from varde.base.tenancy import acting
from varde.clock import tasks
from varde.core.repetition import TECHNIQUE
from varde.core.zones import Zone
from varde.measuring.models import Observation
from varde.people.viewer import Viewer
from varde.triage import handling, queries
from varde.triage.handling import Seen
from varde.triage.intake import Outcome
from varde.triage.models import Control
from varde.triage.repeating import control_of, repeat
from varde.triage.restating import restate
from varde.triage.worklist import Rank

MINUTE = timedelta(minutes=1)


def send(
    them: Cast,
    patient: Viewer,
    values: dict[str, float],
    *,
    at: datetime | None = None,
    taken_at: datetime | None = None,
    answers: dict[str, str] | None = None,
) -> Outcome:
    """What the patient sends who sits by the phone."""
    return them.report(patient, at=at, taken_at=taken_at, answers=answers, present=True, **values)


def control(them: Cast, patient: Viewer) -> Control | None:
    with them.acting(them.nurse):
        return Control.objects.filter(patient_id=patient.person).order_by("-asked_at").first()


def again(
    them: Cast, patient: Viewer, *, minutes: float, report: UUID | None = None, **values: float
) -> Outcome:
    asked = control(them, patient)
    assert asked is not None
    at = them.at + minutes * MINUTE
    sent = delivery(patient, at, report or new_id(), {}, "", values)
    with acting(patient.frame(at)):
        return repeat(asked.id, sent, source=them.source, by=patient, at=at)


def expire(them: Cast, *, minutes: float) -> None:
    tasks.controls(at=them.at + minutes * MINUTE)


def place(them: Cast, patient: Viewer) -> tuple[Rank, Zone]:
    item = the_item(them, patient)
    assert item is not None
    with them.acting(them.nurse):
        state = queries.state_of(patient.actor)
    assert state is not None
    return Rank(item.rank), Zone(state.zone)


def test_the_first_value_is_on_the_list_at_once_last_among_the_reds(them: Cast) -> None:
    asked, plain = them.patient(), them.patient()
    send(them, asked, RED)
    them.report(plain, at=them.at + MINUTE, **RED)
    assert place(them, asked) == (Rank.RED_CONTROL, Zone.RED)
    with them.acting(them.nurse):
        order = [row.item.patient_id for row in queries.worklist(them.nurse)]
    assert order == [plain.person, asked.person]
    kept = control(them, asked)
    assert kept is not None
    assert (kept.kinds, kept.until) == (["spo2"], them.at + 10 * MINUTE)
    said = open_reasons(them, asked)[0].about["control"]
    assert datetime.fromisoformat(said) == kept.until


def test_a_good_repetition_makes_it_yellow_and_both_values_are_kept(them: Cast) -> None:
    patient = them.patient()
    first = send(them, patient, RED).delivery.report_id
    again(them, patient, minutes=5, spo2=94)
    assert place(them, patient) == (Rank.YELLOW, Zone.YELLOW)
    (reason,) = open_reasons(them, patient)
    assert (reason.zone, "control" in reason.about) == (Zone.YELLOW, False)
    with them.acting(them.nurse):
        values = Observation.objects.filter(patient_id=patient.person, kind=1)
        assert sorted(values.values_list("value", flat=True)) == [86, 94]
        assert first is not None
        judged = queries.judgement_of(patient.actor, first)
        settled = control_of(patient.actor, first)
    assert judged is not None
    told = next(one for one in judged.reasons if one["rule"] == TECHNIQUE)
    assert (told["subject"], told["value"], told["figure"]) == ("spo2", 86, 94)
    assert settled is not None
    assert settled.state == "good"


def test_what_else_was_yellow_stays_yellow_for_what_it_was(them: Cast) -> None:
    patient = them.patient()
    first = send(them, patient, {**RED, "pulse": 110}, answers={"cough": "more"})
    again(them, patient, minutes=5, spo2=94)
    assert first.delivery.report_id is not None
    with them.acting(them.nurse):
        judged = queries.judgement_of(patient.actor, first.delivery.report_id)
    assert judged is not None
    yellow = {(one["subject"], one["rule"]) for one in judged.reasons if one["zone"] == 2}
    assert yellow == {("spo2", TECHNIQUE), ("pulse", "above"), ("answer:cough", "answer")}


def test_after_a_good_repetition_the_facts_still_give_what_is_stored(them: Cast) -> None:
    patient = them.patient()
    send(them, patient, RED)
    again(them, patient, minutes=5, spo2=94)
    at = them.at + timedelta(hours=1)
    with them.acting(at=at) as by:
        found = restate(zone=by.zone, at=at)
    assert (found.differed, found.raised) == (0, 0)


@pytest.mark.parametrize(
    "values",
    [{"spo2": 86}, {"spo2": 89}, {"pulse": 80}, {"spo2": 94, "pulse": 140}],
    ids=["red", "yellow", "another-kind", "a-red-of-its-own"],
)
def test_a_repetition_that_is_not_good_makes_it_a_plain_red(
    them: Cast, values: dict[str, float]
) -> None:
    patient = them.patient()
    send(them, patient, RED)
    again(them, patient, minutes=2, **values)
    assert place(them, patient) == (Rank.RED, Zone.RED)
    assert all("control" not in reason.about for reason in open_reasons(them, patient))


def test_a_closed_app_makes_it_a_plain_red_by_the_servers_clock(them: Cast) -> None:
    patient = them.patient()
    send(them, patient, RED)
    expire(them, minutes=9.9)
    assert place(them, patient)[0] is Rank.RED_CONTROL
    expire(them, minutes=10.1)
    assert place(them, patient) == (Rank.RED, Zone.RED)
    (reason,) = open_reasons(them, patient)
    assert "control" not in reason.about


@pytest.mark.parametrize("expired", [True, False], ids=["clock-came", "clock-late"])
def test_a_good_repetition_that_comes_too_late_lowers_nothing(them: Cast, expired: bool) -> None:
    patient = them.patient()
    send(them, patient, RED)
    if expired:
        expire(them, minutes=10.1)
    again(them, patient, minutes=10.2, spo2=94)
    assert place(them, patient) == (Rank.RED, Zone.RED)


@pytest.mark.parametrize("how", ["opened", "taken"])
def test_what_a_person_has_opened_is_not_lowered(them: Cast, how: str) -> None:
    patient = them.patient()
    send(them, patient, RED)
    item = the_item(them, patient)
    assert item is not None
    with them.acting(them.nurse) as by:
        if how == "opened":
            handling.saw(item.id, at=them.at + MINUTE)
        else:
            handling.take(item=item.id, by=by, at=them.at + MINUTE)
    again(them, patient, minutes=5, spo2=94)
    assert place(them, patient) == (Rank.RED, Zone.RED)
    kept = control(them, patient)
    assert kept is not None
    assert kept.state == "seen"


def test_what_was_taken_and_given_back_has_been_opened(them: Cast) -> None:
    patient = them.patient()
    send(them, patient, RED)
    item = the_item(them, patient)
    assert item is not None
    with them.acting(them.nurse) as by:
        handling.take(item=item.id, by=by, at=them.at)
        handling.give_back(item=item.id, by=by, at=them.at + MINUTE)
    them.report(patient, at=them.at + 2 * MINUTE, **{**GREEN, "pulse": 125})
    again(them, patient, minutes=5, spo2=94)
    assert place(them, patient)[0] is Rank.RED
    assert max(reason.zone for reason in open_reasons(them, patient)) == Zone.RED


def test_a_repetition_after_a_nurse_has_closed_it_is_kept_and_lowers_nothing(them: Cast) -> None:
    patient = them.patient()
    first = send(them, patient, RED).delivery.report_id
    close(them, closing_of(them, patient, acts=("phone-answered", "asked-new-measurement")),
          minutes=2)  # fmt: skip
    again(them, patient, minutes=4, spo2=95)
    assert first is not None
    with them.acting(them.nurse):
        judged = queries.judgement_of(patient.actor, first)
        assert Observation.objects.filter(patient_id=patient.person, kind=1).count() == 2
    assert judged is not None
    assert judged.zone == Zone.RED
    kept = control(them, patient)
    assert kept is not None
    assert kept.state == "seen"


def test_what_was_opened_before_it_turned_red_has_not_been_seen(them: Cast) -> None:
    patient = them.patient()
    yesterday = them.at - timedelta(days=1)
    them.report(patient, at=yesterday, **{**GREEN, "pulse": 110})
    item = the_item(them, patient)
    assert item is not None
    with them.acting(them.nurse):
        handling.saw(item.id, at=yesterday)
    send(them, patient, RED)
    again(them, patient, minutes=5, spo2=94)
    assert place(them, patient) == (Rank.YELLOW, Zone.YELLOW)


@pytest.mark.parametrize(
    ("values", "answers"),
    [
        (RED, {"breathing": "much-worse"}),
        (GREEN, {"breathing": "much-worse"}),
        ({**GREEN, "spo2": 79}, {}),
        ({**RED, "pulse": 160}, {}),
    ],
    ids=["red-symptom-too", "red-symptom", "critical", "another-critical"],
)
def test_symptoms_and_critical_values_never_wait(
    them: Cast, values: dict[str, float], answers: dict[str, str]
) -> None:
    patient = them.patient()
    send(them, patient, values, answers=answers)
    assert place(them, patient)[0] is Rank.RED
    assert control(them, patient) is None


def test_nobody_is_asked_who_is_not_there(them: Cast) -> None:
    machine, old = them.patient(), them.patient()
    them.report(machine, **RED)
    send(them, old, RED, taken_at=them.at - 31 * MINUTE)
    for patient in (machine, old):
        assert control(them, patient) is None
        assert place(them, patient)[0] is Rank.RED


def test_another_red_beside_it_keeps_it_red(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, at=them.at - timedelta(hours=2), **{**GREEN, "spo2": 85})
    send(them, patient, RED)
    assert place(them, patient)[0] is Rank.RED
    again(them, patient, minutes=5, spo2=94)
    assert place(them, patient)[0] is Rank.RED
    assert sorted(reason.zone for reason in open_reasons(them, patient)) == [2, 3]


def test_sent_twice_it_is_kept_once(them: Cast) -> None:
    patient, report = them.patient(), new_id()
    send(them, patient, RED)
    again(them, patient, minutes=5, report=report, spo2=94)
    again(them, patient, minutes=5.1, report=report, spo2=94)
    assert place(them, patient) == (Rank.YELLOW, Zone.YELLOW)
    with them.acting(them.nurse):
        assert Observation.objects.filter(patient_id=patient.person, kind=1).count() == 2


def test_nobody_repeats_for_another(them: Cast) -> None:
    patient, other = them.patient(), them.patient()
    send(them, patient, RED)
    asked = control(them, patient)
    assert asked is not None
    sent = delivery(other, them.at, new_id(), {}, "", {"spo2": 94})
    with acting(other.frame(them.at)), pytest.raises(Control.DoesNotExist):
        repeat(asked.id, sent, source=them.source, by=other, at=them.at)
    assert place(them, patient)[0] is Rank.RED_CONTROL


def test_closing_what_was_red_closes_it_though_it_turned_yellow_meanwhile(them: Cast) -> None:
    patient = them.patient()
    send(them, patient, RED)
    closing = closing_of(them, patient)
    again(them, patient, minutes=5, spo2=94)
    closed = close(them, closing)
    assert closed.stays_open  # the repetition came after the screen was made
    assert not open_reasons(them, patient)


def test_a_red_is_never_acknowledged_in_bulk(them: Cast) -> None:
    patient = them.patient()
    send(them, patient, RED)
    again(them, patient, minutes=5, spo2=94)
    item = the_item(them, patient)
    assert item is not None
    with them.acting(them.nurse) as by:
        seen = Seen(item.id, item.version, them.at + timedelta(hours=1))
        assert handling.acknowledge_greens(seen=[seen], by=by, at=them.at + 9 * MINUTE) == []


def test_a_nurse_who_takes_it_at_the_same_moment_has_it_red_or_yellow_never_lost(
    them: Cast,
) -> None:
    patient = them.patient()
    send(them, patient, RED)
    item = the_item(them, patient)
    assert item is not None

    def take(pause: object) -> None:
        with them.acting(them.nurse, at=them.at + 4 * MINUTE) as by:
            handling.take(item=item.id, by=by, at=them.at + 4 * MINUTE)
            pause()  # type: ignore[operator]

    taken, repeated = overlapping(take, lambda: again(them, patient, minutes=5, spo2=94))
    assert not isinstance(taken, Exception)
    assert not isinstance(repeated, Exception)
    assert place(them, patient)[0] is Rank.RED


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.sampled_from([86, 89, 94])),
        st.tuples(st.just("again"), st.sampled_from([86, 89, 94])),
        st.tuples(st.sampled_from(["wait", "saw", "clock"]), st.sampled_from([1, 6, 11])),
    ),
    min_size=2,
    max_size=7,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS)
def test_nothing_but_a_good_repetition_in_time_lowers_a_place(
    them: Cast, acts: list[tuple[str, int]]
) -> None:
    patient, minutes, seen = them.patient(), 0.0, False
    send(them, patient, RED)
    rank = Rank.RED_CONTROL
    for act, n in acts:
        minutes += n if act == "wait" else 0.1
        at, item = them.at + minutes * MINUTE, the_item(them, patient)
        assert item is not None
        asked = control(them, patient)
        assert asked is not None
        may = act == "again" and n == 94 and asked.state == "asked" and at <= asked.until
        with them.acting(them.nurse):
            seen = queries.open_item(patient.actor).seen_at is not None  # type: ignore[union-attr]
        if act == "send":
            send(them, patient, {**GREEN, "spo2": n}, at=at)
        elif act == "again":
            again(them, patient, minutes=minutes, spo2=n)
        elif act == "saw":
            with them.acting(them.nurse):
                handling.saw(item.id, at=at)
        elif act == "clock":
            expire(them, minutes=minutes)
        now = place(them, patient)[0]
        assert now <= rank or (may and not seen)
        rank = now
