"""The worklist: its order, what raises a place, and that nothing unseen is ever lowered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people import Cast
from tests.triage.test_concurrent import GREEN, RED, close, closing_of, open_reasons, the_item
from varde.base.tenancy import acting
from varde.core.zones import Zone
from varde.dialogue.actions import send_message
from varde.measuring.hours import hours_from
from varde.measuring.models import Enrolment
from varde.people.viewer import Viewer
from varde.triage import handling, queries
from varde.triage.worklist import Rank, rank_of

YELLOW = {**GREEN, "pulse": 110}
HOURS = hours_from({}, "Europe/Oslo")


def on_list(them: Cast, **more: Any) -> list[queries.Row]:
    with them.acting(them.nurse):
        return queries.worklist(them.nurse, **more)


def message(them: Cast, patient: Viewer, at: datetime) -> None:
    with acting(patient.frame(at)):
        send_message(
            patient=patient.actor, text="Hei", by=patient, at=at,
        )  # fmt: skip


def test_severity_first_then_who_has_waited_longest(them: Cast) -> None:
    """Names are not an order: Aa with a newer red comes after Øystein with an older one."""
    minutes = iter(range(0, 60, 5))
    made = {}
    for name, values in (
        ("green", GREEN), ("yellow, new", None), ("red, old", RED), ("work", None),
        ("yellow, old", YELLOW), ("red, new", RED),
    ):  # fmt: skip
        made[name] = them.patient(given=name)
        at = them.at + timedelta(minutes=next(minutes))
        if values is not None:
            them.report(made[name], at=at, **values)
    message(them, made["work"], them.at)
    them.report(made["yellow, new"], at=them.at + timedelta(minutes=55), **YELLOW)
    assert [row.item.patient.given for row in on_list(them)] == [
        "red, old", "red, new", "yellow, old", "yellow, new", "work", "green",
    ]  # fmt: skip


def test_a_patient_stands_once_with_every_reason(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    them.report(patient, at=them.at + timedelta(minutes=1), **RED)
    message(them, patient, them.at + timedelta(minutes=2))
    (row,) = on_list(them)
    assert [reason.kind for reason in row.reasons] == ["report", "report", "message"]
    assert row.item.rank == Rank.RED


def test_it_waits_since_it_turned_that_colour(them: Cast) -> None:
    """A yellow that turns red begins its red hours then; a second red does not restart them."""
    patient = them.patient()
    them.report(patient, **YELLOW)
    turned = them.at + timedelta(hours=1)
    them.report(patient, at=turned, **RED)
    them.report(patient, at=turned + timedelta(hours=1), **RED)
    item = the_item(them, patient)
    assert (item.rank, item.since) == (Rank.RED, turned)


def test_a_pages_end_hides_nobody(them: Cast) -> None:
    patients = [them.patient() for _ in range(5)]
    for n, patient in enumerate(patients):
        them.report(patient, at=them.at + timedelta(minutes=n), **RED)
    shown = [row.item.patient_id for n in range(3) for row in on_list(them, page=n, size=2)]
    assert shown == [patient.person for patient in patients]
    with them.acting(them.nurse):
        assert queries.counts(them.nurse)[Rank.RED] == 5


def test_what_cannot_be_judged_is_work_and_never_green(them: Cast) -> None:
    patient = them.patient(programme="heart-failure")
    outcome = them.report(patient, weight=82.0, systolic=130.0, diastolic=80.0, pulse=70.0)
    item = the_item(them, patient)
    reasons = open_reasons(them, patient)
    assert outcome.judgement is not None
    assert "no-comparison" in {reason.rule for reason in outcome.judgement.reasons}
    assert item.rank <= Rank.WORK
    assert reasons[0].about["subjects"] == ["weight"]


def test_a_kind_outside_the_programme_is_kept_and_shown_grey(them: Cast) -> None:
    patient = them.patient()
    outcome = them.report(patient, glucose=5.0)
    assert outcome.judgement is not None
    assert outcome.judgement.zone is Zone.NOT_JUDGED
    assert the_item(them, patient).rank == Rank.WORK


def test_a_kind_outside_the_programme_is_one_reason_however_often_it_comes(them: Cast) -> None:
    """One item for each kind and patient, not one for each reading (decisions 3.2)."""
    patient = them.patient()
    for n in range(3):
        them.report(patient, at=them.at + timedelta(minutes=n), glucose=5.0 + n)
    assert len(open_reasons(them, patient)) == 1


def test_the_words_of_a_patient_hold_a_green_report_on_the_list(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, comment="Jeg har begynt på ny medisin", **GREEN)
    assert (the_item(them, patient).rank, open_reasons(them, patient)[0].kind) == (
        Rank.WORK,
        "comment",
    )


def test_one_who_is_no_longer_followed_is_not_silently_dropped(them: Cast) -> None:
    """Given a report from someone whom nobody follows, it is refused or it is work."""
    patient = them.patient()
    with them.acting():
        ended = DateTimeTZRange(them.at - timedelta(days=60), them.at - timedelta(days=1))
        Enrolment.objects.filter(patient_id=patient.person).update(period=ended)
    try:
        them.report(patient, **RED)
    except Exception:
        return
    assert the_item(them, patient) is not None, "kept, judged red, and in front of nobody"


# Whatever happens, nothing is lowered that nobody has seen

MOMENTS = st.integers(min_value=0, max_value=6 * 24)
ZONES = st.sampled_from([GREEN, YELLOW, RED, {"glucose": 5.0}])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("report"), ZONES, MOMENTS),
        st.tuples(st.just("message"), st.none(), st.just(0)),
        st.tuples(st.just("take"), st.none(), st.just(0)),
        st.tuples(st.just("give back"), st.none(), st.just(0)),
        st.tuples(st.just("see"), st.none(), st.just(0)),
        st.tuples(st.just("acknowledge"), st.none(), st.just(0)),
        st.tuples(st.just("close"), st.none(), st.just(0)),
    ),
    min_size=2,
    max_size=10,
)
REAL_DATABASE = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@REAL_DATABASE
@given(steps=STEPS)
def test_a_place_is_never_lowered_without_a_handling(them: Cast, steps: list[Any]) -> None:
    """In any order of reports, messages, taking, looking and acknowledging.

    A place falls (its rank number rises, or it is gone) only by a closing that covers it, or, for
    a green, by an acknowledgement. And its rank is always that of its worst open reason.
    """
    patient = them.patient()
    before: Any = None
    for n, (what, values, hours_late) in enumerate(steps):
        at = them.at + timedelta(minutes=n)
        _step(them, patient, what, values, at, at - timedelta(hours=hours_late))
        now = the_item(them, patient)
        _nothing_lowered(what, before, now)
        if now is not None:
            reasons = open_reasons(them, patient)
            worst = min((rank_of(reason.zone) for reason in reasons), default=Rank.GREEN)
            assert now.rank == worst
        before = now


def _step(
    them: Cast, patient: Viewer, what: str, values: Any, at: datetime, taken_at: datetime
) -> None:
    item = the_item(them, patient)
    if what == "report":
        them.report(patient, at=at, taken_at=taken_at, **values)
    elif what == "message":
        message(them, patient, at)
    elif item is None:
        return
    elif what == "close":
        minutes = int((at - them.at).total_seconds() // 60)
        close(them, closing_of(them, patient), minutes=minutes)
    else:
        with them.acting(them.nurse, at=at) as by:
            (row,) = queries.rows_of([queries.open_item(patient.actor)])
            {
                "take": lambda: handling.take(item=item.id, by=by, at=at),
                "give back": lambda: handling.give_back(item=item.id, by=by, at=at),
                "see": lambda: handling.saw(item.id, at=at),
                "acknowledge": lambda: handling.acknowledge_greens(seen=[row.seen], by=by, at=at),
            }[what]()


def _nothing_lowered(what: str, before: Any, now: Any) -> None:
    if before is None or what == "close":
        return
    if now is None:
        assert (what, before.rank) == ("acknowledge", Rank.GREEN)
        return
    assert now.id == before.id
    assert now.rank <= before.rank
    assert now.rank < before.rank or now.since == before.since


@REAL_DATABASE
@given(zones=st.lists(ZONES, min_size=1, max_size=6), shown=st.integers(0, 5))
def test_a_closing_leaves_exactly_what_came_after_it_was_shown(
    them: Cast, zones: list[Any], shown: int
) -> None:
    """However many came before the page was opened, and however many after."""
    shown = min(shown, len(zones) - 1)
    patient = them.patient()
    for n, values in enumerate(zones[: shown + 1]):
        them.report(patient, at=them.at + timedelta(minutes=n), **values)
    closing = closing_of(them, patient)
    later = zones[shown + 1 :]
    for n, values in enumerate(later, start=shown + 1):
        them.report(patient, at=them.at + timedelta(minutes=n), **values)
    closed = close(them, closing, minutes=30)
    assert closed.stays_open == bool(later)
    item = the_item(them, patient)
    assert (item is not None) == bool(later)
    if item is not None:
        reds = [values for values in later if values is RED]
        assert (item.rank == Rank.RED) == bool(reds)
