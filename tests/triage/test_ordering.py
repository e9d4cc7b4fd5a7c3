"""Orders of limits: whose word they come into force on, and what holds until then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests.people import Cast
from tests.triage.at_once import together
from varde.core.access import Denied
from varde.core.ordering import How, NotOrdered, Stage
from varde.core.thresholds import Limits
from varde.core.zones import Zone
from varde.people.viewer import Viewer
from varde.triage import handling, ordered, ordering, queries
from varde.triage.handling import Closing
from varde.triage.models import Order, Reason, Threshold
from varde.triage.ordered import held
from varde.triage.ordering import Draft, Word

LOWER = Limits(alert_low=86, warning_low=88)
STANDARD = Limits(alert_low=88, warning_low=90)
HOUR = timedelta(hours=1)
WHY = "Stabil på 88–91 uten symptomer"


def draft(patient: Viewer, limits: Limits = LOWER, version: int = 0, **more: Any) -> Draft:
    return Draft(patient.actor, {"spo2": limits}, **{"reason": WHY, "version": version, **more})


def said_by(doctor: Viewer, them: Cast, **more: Any) -> Word:
    return Word(**{"doctor": doctor.actor, "how": How.PHONE, "at": them.at - HOUR,
                   "said": "Enig. Gul under 88, rød under 86.", **more})  # fmt: skip


def act(them: Cast, by: Viewer, step: Callable[..., Order], *args: Any, hours: int = 0) -> Order:
    at = them.at + hours * HOUR
    with them.acting(by, at=at):
        return step(*args, by=by, at=at)


def refused(them: Cast, by: Viewer, step: Callable[..., Order], *args: Any) -> str:
    with pytest.raises(NotOrdered) as error:
        act(them, by, step, *args)
    return error.value.code


def limits_now(them: Cast, patient: Viewer, *, hours: int = 0) -> Limits:
    at = them.at + hours * HOUR
    with them.acting(at=at):
        return held(patient.actor, at=at)["spo2"]


def ground_of(them: Cast, patient: Viewer) -> Threshold:
    with them.acting():
        return Threshold.objects.filter(
            patient_id=patient.person, kind=1, period__endswith=None
        ).get()


def work(them: Cast, patient: Viewer) -> list[str]:
    with them.acting(them.nurse):
        found = Reason.objects.filter(patient_id=patient.person, open=True)
        return sorted(reason.kind for reason in found)


def entered(them: Cast, patient: Viewer) -> Order:
    return act(them, them.nurse, ordering.enter, draft(patient), said_by(them.gp, them))


def test_a_draft_holds_for_nobody(them: Cast) -> None:
    patient = them.patient()
    row = act(them, them.nurse, ordering.save_draft, draft(patient))
    assert row.stage == Stage.DRAFT
    assert limits_now(them, patient) == STANDARD
    assert work(them, patient) == []


def test_what_is_entered_holds_when_another_has_verified_it(them: Cast) -> None:
    patient = them.patient()
    row = entered(them, patient)
    assert limits_now(them, patient, hours=1) == STANDARD
    assert work(them, patient) == ["limits"]
    act(them, them.other_nurse, ordering.verify, patient.actor, row.version, hours=2)
    assert limits_now(them, patient, hours=1) == STANDARD
    assert limits_now(them, patient, hours=2) == LOWER
    assert work(them, patient) == []
    now = ground_of(them, patient)
    assert now.ground == "verified"
    assert (now.ordered_by_id, now.entered_by_id, now.verified_by_id) == (
        them.gp.person, them.nurse.person, them.other_nurse.person)  # fmt: skip
    with them.acting():
        (kept,) = ordered.orders(patient.actor)
    assert (kept.how, kept.said) == (How.PHONE, "Enig. Gul under 88, rød under 86.")
    assert kept.id == now.order_id


def test_a_doctor_who_is_signed_in_orders_and_enters_in_one(them: Cast) -> None:
    patient = them.patient()
    act(them, them.gp, ordering.order, draft(patient))
    assert limits_now(them, patient) == LOWER
    now = ground_of(them, patient)
    assert now.ground == "own"
    assert now.ordered_by_id == now.entered_by_id == them.gp.person


def test_a_doctor_who_is_asked_finds_it_and_orders_it(them: Cast) -> None:
    patient = them.patient()
    row = act(them, them.nurse, ordering.ask, draft(patient), them.gp.actor)
    with them.acting(them.gp):
        (asked,) = ordered.asked_of([them.gp.actor], at=them.at)
        assert ordered.asked_of([them.other_gp.actor], at=them.at) == []
    assert (asked.patient_id, asked.drafted_by_id) == (patient.person, them.nurse.person)
    changed = draft(patient, Limits(alert_low=85, warning_low=88), row.version)
    act(them, them.gp, ordering.order, changed)
    assert limits_now(them, patient) == Limits(alert_low=85, warning_low=88)
    with them.acting(them.gp):
        assert ordered.asked_of([them.gp.actor], at=them.at) == []


def test_a_report_is_judged_by_the_limits_that_held_when_it_was_taken(them: Cast) -> None:
    patient = them.patient()
    act(them, them.gp, ordering.order, draft(patient), hours=1)
    before = them.report(patient, at=them.at + 3 * HOUR, taken_at=them.at, spo2=89)
    after = them.report(patient, at=them.at + 3 * HOUR, taken_at=them.at + 2 * HOUR, spo2=89)
    assert before.judgement is not None
    assert after.judgement is not None
    assert (before.judgement.zone, after.judgement.zone) == (Zone.YELLOW, Zone.GREEN)


def test_who_entered_it_does_not_verify_it(them: Cast) -> None:
    patient = them.patient()
    row = entered(them, patient)
    assert refused(them, them.nurse, ordering.verify, patient.actor, row.version) == "own"
    assert refused(them, them.nurse, ordering.refuse, patient.actor, row.version, WHY) == "own"
    assert limits_now(them, patient) == STANDARD
    assert work(them, patient) == ["limits"]


def test_the_doctor_who_ordered_it_may_verify_what_was_entered(them: Cast) -> None:
    patient = them.patient()
    row = entered(them, patient)
    act(them, them.gp, ordering.verify, patient.actor, row.version)
    assert limits_now(them, patient) == LOWER


def test_what_was_not_ordered_goes_back_and_says_why(them: Cast) -> None:
    patient = them.patient()
    row = entered(them, patient)
    why = "Legen skrev rød under 85"
    assert refused(them, them.other_nurse, ordering.refuse, patient.actor, row.version, " ") == (
        "reason"
    )
    back = act(them, them.other_nurse, ordering.refuse, patient.actor, row.version, why)
    assert (back.stage, back.refused_why) == (Stage.DRAFT, why)
    assert work(them, patient) == ["limits-refused"]
    assert limits_now(them, patient) == STANDARD
    mended = draft(patient, Limits(alert_low=85, warning_low=88), back.version)
    again = act(them, them.nurse, ordering.enter, mended, said_by(them.gp, them))
    act(them, them.other_nurse, ordering.verify, patient.actor, again.version)
    assert limits_now(them, patient) == Limits(alert_low=85, warning_low=88)


def test_what_is_withdrawn_comes_to_nothing(them: Cast) -> None:
    patient = them.patient()
    row = entered(them, patient)
    act(them, them.nurse, ordering.withdraw, patient.actor, row.version)
    assert limits_now(them, patient) == STANDARD
    assert work(them, patient) == []
    assert refused(them, them.other_nurse, ordering.verify, patient.actor, row.version) == "gone"
    with them.acting():
        assert ordered.open_order(patient.actor) is None
        (kept,) = ordered.orders(patient.actor)
    assert kept.stage == Stage.WITHDRAWN  # what was entered does not vanish


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"limits": {"spo2": STANDARD}}, "same"),
        ({"limits": {}}, "same"),
        ({"limits": {"spo2": Limits()}}, "empty"),
        ({"reason": " .. "}, "reason"),
        ({"version": 7}, "gone"),
    ],
)
def test_what_may_not_leave_the_drafter(them: Cast, change: dict[str, Any], code: str) -> None:
    patient = them.patient()
    wrong = replace(draft(patient), **change)
    assert refused(them, them.gp, ordering.order, wrong) == code
    assert refused(them, them.nurse, ordering.ask, wrong, them.gp.actor) == code
    assert refused(them, them.nurse, ordering.enter, wrong, said_by(them.gp, them)) == code
    assert limits_now(them, patient) == STANDARD
    assert work(them, patient) == []


def test_only_a_doctor_who_reaches_the_patient_orders(them: Cast) -> None:
    patient = them.patient()
    for word in (
        said_by(them.other_gp, them),
        said_by(them.nurse, them),
        replace(said_by(them.gp, them), doctor=uuid4()),
    ):
        assert refused(them, them.nurse, ordering.enter, draft(patient), word) == "doctor"
    late = said_by(them.gp, them, at=them.at + HOUR)
    assert refused(them, them.nurse, ordering.enter, draft(patient), late) == "time"
    assert refused(them, them.nurse, ordering.ask, draft(patient), them.other_gp.actor) == "doctor"


def test_nobody_else_takes_these_steps(them: Cast) -> None:
    patient = them.patient()
    for by in (them.coordinator, patient):
        for step, args in (
            (ordering.save_draft, (draft(patient),)),
            (ordering.enter, (draft(patient), said_by(them.gp, them))),
            (ordering.order, (draft(patient),)),
            (ordering.verify, (patient.actor, 1)),
        ):
            with pytest.raises(Denied):
                act(them, by, step, *args)
    with pytest.raises(Denied):
        act(them, them.nurse, ordering.order, draft(patient))


def test_another_patients_doctor_finds_nothing_of_it(them: Cast) -> None:
    patient = them.patient()
    row = entered(them, patient)
    assert refused(them, them.other_gp, ordering.verify, patient.actor, row.version) == "gone"
    with them.acting(them.other_gp):
        assert ordered.open_order(patient.actor) is None


def test_what_was_verified_is_what_was_shown(them: Cast) -> None:
    patient = them.patient()
    row = entered(them, patient)
    back = act(them, them.other_nurse, ordering.refuse, patient.actor, row.version, WHY)
    stricter = draft(patient, Limits(alert_low=89, warning_low=91), back.version)
    act(them, them.nurse, ordering.enter, stricter, said_by(them.gp, them))
    assert refused(them, them.other_nurse, ordering.verify, patient.actor, row.version) == "gone"
    assert limits_now(them, patient) == STANDARD


def test_what_another_is_to_verify_is_not_drafted_over(them: Cast) -> None:
    patient = them.patient()
    row = entered(them, patient)
    again = draft(patient, Limits(alert_low=80, warning_low=85), row.version)
    assert refused(them, them.nurse, ordering.save_draft, again) == "gone"
    assert refused(them, them.nurse, ordering.save_draft, replace(again, version=0)) == "gone"


def test_a_wish_is_against_the_limits_that_were_seen(them: Cast) -> None:
    patient = them.patient()
    before = ordered.mark_of({"spo2": STANDARD})
    with them.acting():
        seen = ordered.mark_of(ordered.held(patient.actor, at=them.at))
    assert seen != before
    act(them, them.gp, ordering.order, draft(patient, seen=seen))
    old = draft(patient, Limits(alert_low=80, warning_low=85), seen=seen)
    assert refused(them, them.gp, ordering.order, old) == "gone"
    assert limits_now(them, patient, hours=1) == LOWER


def test_a_doctors_own_order_carries_no_words_of_another(them: Cast) -> None:
    patient = them.patient()
    row = entered(them, patient)
    back = act(them, them.other_nurse, ordering.refuse, patient.actor, row.version, WHY)
    mine = draft(patient, Limits(alert_low=82, warning_low=84), back.version)
    done = act(them, them.gp, ordering.order, mine)
    assert (done.how, done.said) == (How.HERE, "")


def test_two_drafts_at_once_are_one(them: Cast) -> None:
    patient = them.patient()

    def make(by: Viewer) -> Callable[[], Order]:
        return lambda: act(them, by, ordering.save_draft, draft(patient))

    found = together(make(them.nurse), make(them.other_nurse))
    codes = [one.code if isinstance(one, NotOrdered) else "kept" for one in found]
    assert sorted(codes) == ["gone", "kept"]


def test_two_who_verify_at_once_bring_it_into_force_once(them: Cast) -> None:
    patient = them.patient()
    row = entered(them, patient)

    def verify(by: Viewer) -> Callable[[], Order]:
        return lambda: act(them, by, ordering.verify, patient.actor, row.version)

    found = together(verify(them.other_nurse), verify(them.gp))
    codes = [one.code if isinstance(one, NotOrdered) else "kept" for one in found]
    assert sorted(codes) == ["gone", "kept"]
    with them.acting():
        rows = Threshold.objects.filter(patient_id=patient.person, kind=1)
        assert rows.filter(period__contains=them.at).count() == 1


def test_closing_the_item_does_not_close_what_is_to_be_verified(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, spo2=86)
    row = entered(them, patient)
    with them.acting(them.other_nurse) as by:
        item = queries.open_item(patient.actor)
        assert item is not None
        (shown,) = queries.rows_of([item])
        closing = Closing(
            item=item.id,
            reasons=tuple(reason.id for reason in shown.reasons),
            assessment="worsening",
            acts=("phone-answered",),
            heard_at=shown.seen.heard_at,
        )
        closed = handling.close(closing=closing, by=by, at=them.at)
    assert closed.stays_open
    assert work(them, patient) == ["limits"]
    act(them, them.other_nurse, ordering.verify, patient.actor, row.version)
    assert work(them, patient) == []


def test_verifying_leaves_the_rest_of_the_item(them: Cast) -> None:
    patient = them.patient()
    row = entered(them, patient)
    them.report(patient, at=them.at + HOUR, spo2=95, pulse=80)
    act(them, them.other_nurse, ordering.verify, patient.actor, row.version, hours=2)
    with them.acting(them.nurse):
        item = queries.open_item(patient.actor)
    assert item is not None  # the green that came is still to be seen
    assert item.rank == 4


STEPS = {
    "to verify, and nobody ordered it": {"stage": "to-verify"},
    "in force, and nobody ordered it": {"stage": "in-force", "ended": True},
    "in force, and nobody verified it": {"stage": "in-force", "how": "phone", "ended": True},
    "in force, verified by who entered it": {
        "stage": "in-force", "how": "phone", "verified": "nurse", "ended": True},
    "in force on a signed-in doctor's word, entered by another": {
        "stage": "in-force", "how": "here", "ended": True},
    "an emergency that was not by telephone": {"stage": "emergency", "how": "meeting"},
    "an emergency that nobody ordered": {"stage": "emergency"},
    "in force and not ended": {"stage": "in-force", "how": "phone", "verified": "other_nurse"},
}  # fmt: skip


@pytest.mark.parametrize("case", STEPS)
def test_the_database_refuses_an_order_without_its_word(them: Cast, case: str) -> None:
    patient, wanted = them.patient(), STEPS[case]
    words: dict[str, Any] = {"stage": wanted["stage"], "drafted_by_id": them.nurse.person}
    if "how" in wanted:
        words |= {"how": wanted["how"], "ordered_by_id": them.gp.person, "ordered_at": them.at,
                  "entered_by_id": them.nurse.person}  # fmt: skip
    if "verified" in wanted:
        words["verified_by_id"] = getattr(them, wanted["verified"]).person
    if wanted.get("ended"):
        words["ended_at"] = them.at
    with them.acting(), pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.create(
            patient_id=patient.person, unit_id=them.nurse.unit, drafted_at=them.at, **words
        )


def test_bounds_that_hold_are_never_rewritten(them: Cast) -> None:
    patient = them.patient()
    act(them, them.gp, ordering.order, draft(patient))
    with them.acting(), pytest.raises(DatabaseError, match="permission denied"):
        Threshold.objects.filter(patient_id=patient.person).update(warning_low=70)
