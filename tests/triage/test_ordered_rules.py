"""Rules by order: they hold for the one patient they are ordered for, from then and until ended."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import IntegrityError

from tests.base.walls import as_role
from tests.people import Cast
from tests.triage.test_concurrent import GREEN
from varde.base.rows import new_id
from varde.core.ordering import How, NotOrdered
from varde.core.thresholds import Limits
from varde.core.verdict import Reason
from varde.core.zones import Zone
from varde.people.viewer import Viewer
from varde.triage import ordered, ordering
from varde.triage.models import Judgement, OrderedRule
from varde.triage.ordered import mark_of
from varde.triage.ordered_rules import rules_held
from varde.triage.ordering import Draft, Word
from varde.triage.trying import tried

DAY = timedelta(days=1)
RULE = "copd:spo2-week"
WHY = "Synker langsomt, følges over uka"


def steady(them: Cast, *, then: float = 94.0) -> Viewer:
    """Sixty days ago 96 every day for fourteen days, `then` daily the last seven days."""
    patient = them.patient(began=them.at - 60 * DAY)
    for n in range(14):
        at = them.at - (60 - n) * DAY + timedelta(hours=1)
        them.report(patient, at=at, **GREEN | {"spo2": 96 + n % 2})
    for n in range(6):
        them.report(patient, at=them.at - (6 - n) * DAY, **GREEN | {"spo2": then})
    return patient


def wish(patient: Viewer, *rules: str, **more: object) -> Draft:
    return Draft(patient.actor, {}, WHY, rules=frozenset(rules), **more)  # type: ignore[arg-type]


def order(them: Cast, patient: Viewer, *rules: str, at: datetime | None = None) -> None:
    moment = at or them.at
    with them.acting(them.gp, at=moment) as by:
        ordering.order(wish(patient, *rules), by=by, at=moment)


def held(them: Cast, patient: Viewer, at: datetime) -> set[str]:
    with them.acting(them.nurse):
        return set(rules_held(patient.actor, at=at))


def sent(them: Cast, patient: Viewer, at: datetime, **values: float) -> list[str]:
    """The rules that said something other than green of a report taken and received then."""
    outcome = them.report(patient, at=at, **GREEN | values)
    assert outcome.judgement is not None
    return [one.rule for one in outcome.judgement.reasons if one.zone >= Zone.YELLOW]


def test_it_judges_from_the_order_and_not_before_and_for_nobody_else(them: Cast) -> None:
    patient, other = steady(them), steady(them)
    assert sent(them, patient, them.at - timedelta(hours=1), spo2=94) == []
    order(them, patient, RULE)
    at = them.at + timedelta(hours=2)
    assert sent(them, patient, at, spo2=94) == ["mean"]
    assert sent(them, other, at, spo2=94) == []


def test_ended_by_an_order_it_says_nothing_more(them: Cast) -> None:
    patient = steady(them)
    order(them, patient, RULE)
    assert held(them, patient, them.at) == {RULE}
    ended = them.at + DAY
    order(them, patient, at=ended)
    assert held(them, patient, ended) == set()
    assert held(them, patient, ended - timedelta(hours=1)) == {RULE}
    assert sent(them, patient, ended + timedelta(hours=1), spo2=94) == []


def test_a_late_report_is_judged_by_what_was_ordered_when_it_was_taken(them: Cast) -> None:
    patient = steady(them)
    order(them, patient, RULE)
    late = them.report(patient, at=them.at + DAY, taken_at=them.at - timedelta(hours=2),
                       **GREEN | {"spo2": 94})  # fmt: skip
    assert late.judgement is not None
    assert "mean" not in [one.rule for one in late.judgement.reasons]
    with them.acting(them.nurse):
        for row in Judgement.objects.filter(patient_id=patient.actor, taken_at__lt=them.at):
            assert "mean" not in [Reason.from_dict(one).rule for one in row.reasons]


def test_one_that_is_entered_holds_when_another_has_verified(them: Cast) -> None:
    patient = steady(them)
    word = Word(them.gp.actor, How.PHONE, them.at)
    with them.acting(them.nurse) as by:
        row = ordering.enter(wish(patient, RULE), word, by=by, at=them.at)
    assert held(them, patient, them.at) == set()
    later = them.at + timedelta(minutes=5)
    with them.acting(them.other_nurse, at=later) as by:
        ordering.verify(patient.actor, row.version, by=by, at=later)
    assert held(them, patient, later) == {RULE}
    with them.acting(them.nurse):
        one = OrderedRule.objects.get(patient_id=patient.actor)
        assert (one.ground, one.ordered_by_id) == ("verified", them.gp.actor)
        assert (one.entered_by_id, one.verified_by_id) == (them.nurse.actor, them.other_nurse.actor)


def test_a_telephone_order_that_was_not_so_is_put_back(them: Cast) -> None:
    patient = steady(them)
    order(them, patient, RULE)
    at = them.at + timedelta(hours=1)
    word = Word(them.gp.actor, How.PHONE, at, "Ta den bort")
    with them.acting(them.nurse, at=at) as by:
        row = ordering.enter_emergency(wish(patient), word, by=by, at=at)
    assert held(them, patient, at + timedelta(minutes=1)) == set()
    later = at + timedelta(minutes=5)
    with them.acting(them.other_nurse, at=later) as by:
        ordering.refuse(patient.actor, row.version, "Legen sa ikke det", by=by, at=later)
    assert held(them, patient, later + timedelta(minutes=1)) == {RULE}


@pytest.mark.parametrize(
    ("rules", "code"),
    [((), "same"), (("copd:nothing",), "rule"), (("heart-failure:weight-trend",), "rule")],
)
def test_what_cannot_be_ordered(them: Cast, rules: tuple[str, ...], code: str) -> None:
    patient = steady(them)
    with pytest.raises(NotOrdered) as no:
        order(them, patient, *rules)
    assert no.value.code == code


def test_a_wish_that_says_nothing_of_rules_leaves_them(them: Cast) -> None:
    patient = steady(them)
    order(them, patient, RULE)
    at = them.at + timedelta(hours=1)
    with them.acting(them.gp, at=at) as by:
        draft = Draft(patient.actor, {"spo2": Limits(84, 86)}, WHY)
        ordering.order(draft, by=by, at=at)
    assert held(them, patient, at) == {RULE}


def test_what_was_seen_hold_is_what_is_changed(them: Cast) -> None:
    """Somebody had the page open while another ordered a rule."""
    patient = steady(them)
    with them.acting(them.nurse):
        seen = mark_of(ordered.held(patient.actor, at=them.at), ())
    order(them, patient, RULE)
    later = them.at + timedelta(minutes=1)
    with them.acting(them.nurse, at=later) as by, pytest.raises(NotOrdered) as no:
        ordering.save_draft(wish(patient, seen=seen), by=by, at=later)
    assert no.value.code == "gone"


def test_the_dry_run_shows_what_it_would_have_said(them: Cast) -> None:
    patient = steady(them)
    with them.acting(them.gp):
        zone = them.at.tzinfo
        asked = {"days": 30, "zone": zone, "at": them.at, "held_at": them.at}
        without = tried(patient.actor, {}, **asked).run  # type: ignore[arg-type]
        with_it = tried(patient.actor, {}, **asked, wished=frozenset({RULE})).run  # type: ignore[arg-type]
    assert without.alerts_now == without.alerts_then == 0
    assert with_it.alerts_now == 0
    assert with_it.alerts_then > 0


@pytest.mark.parametrize(
    "columns",
    [
        {"ground": "standard"},
        {"ground": "verified"},
        {"ground": "own", "entered": "other"},
    ],
)
def test_the_database_refuses_one_on_nobodys_word(them: Cast, columns: dict[str, str]) -> None:
    patient = steady(them)
    order(them, patient, RULE)
    with them.acting(them.nurse):
        order_id = OrderedRule.objects.get(patient_id=patient.actor).order_id
    entered = them.nurse if columns.get("entered") else them.gp
    with as_role("postgres") as c, pytest.raises(psycopg.errors.CheckViolation):
        c.execute(
            "insert into triage_orderedrule (tenant_id, id, patient_id, rule, ground,"
            " ordered_by_id, entered_by_id, order_id, period)"
            " values (%s, %s, %s, 'copd:x', %s, %s, %s, %s, tstzrange(now(), null))",
            [them.tenant, new_id(), patient.actor, columns["ground"], them.gp.actor,
             entered.actor, order_id],
        )  # fmt: skip


OFTEN = "copd:spo2-often"  # three of the last four under the yellow limit: red


def test_own_numbers_hold_for_that_patient_and_are_changed_by_another_order(them: Cast) -> None:
    one, other = them.patient(), them.patient()
    order(them, one, f"{OFTEN}?times=2")
    order(them, other, OFTEN)
    for patient in (one, other):
        sent(them, patient, them.at + DAY, spo2=89.0)
    assert "sustained" in sent(them, one, them.at + 2 * DAY, spo2=89.0)
    assert "sustained" not in sent(them, other, them.at + 2 * DAY, spo2=89.0)
    later = them.at + 3 * DAY
    order(them, one, f"{OFTEN}?times=4", at=later)
    assert held(them, one, later) == {f"{OFTEN}?times=4"}
    assert "sustained" not in sent(them, one, later + timedelta(hours=1), spo2=89.0)


@pytest.mark.parametrize(
    "rules",
    [
        (f"{OFTEN}?times=9",),
        (f"{OFTEN}?times=3",),  # as offered, and not spelled as such a one is
        (f"{OFTEN}?unread",),
        (OFTEN, f"{OFTEN}?times=2"),
    ],
)
def test_numbers_that_do_not_go_together_are_not_ordered(
    them: Cast, rules: tuple[str, ...]
) -> None:
    with pytest.raises(NotOrdered, match="rule"):
        order(them, them.patient(), *rules)


def test_the_database_holds_a_rule_once_whatever_its_numbers(them: Cast) -> None:
    patient = them.patient()
    order(them, patient, OFTEN)
    with them.acting(them.gp), pytest.raises(IntegrityError, match="orderedrule_once"):
        row = OrderedRule.objects.get(patient_id=patient.person)
        row.pk, row._state.adding, row.rule = new_id(), True, f"{OFTEN}?times=2"
        row.save()
