"""Plans on PostgreSQL: on whose word one is in force, and what follows when it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests.hospital import hospital
from tests.people import Cast
from tests.plan.agreed import (
    PACK,
    approve,
    approved,
    colleague,
    draft,
    proposed,
    responsible,
    seen,
    whole,
)
from tests.triage.at_once import together
from varde.base.tenancy import acting
from varde.clock import tasks as clock_tasks
from varde.core.access import Denied, Ground, Role
from varde.core.plan import NotPlanned, Stage, decoded
from varde.people import sharing
from varde.people.nurses import say_absent
from varde.people.viewer import Viewer
from varde.plan import approving, queries, writing
from varde.plan.models import Copy, Plan
from varde.triage.models import Item, Reason, Task

DAY = timedelta(days=1)


def refused(them: Cast, by: Viewer, step: Callable[..., Any], **more: Any) -> str:
    with pytest.raises(NotPlanned) as error, them.acting(by):
        step(by=by, at=more.pop("at", them.at), **more)
    return error.value.code


def tasks(them: Cast, patient: Viewer) -> set[str]:
    with them.acting():
        rows = Task.objects.filter(patient_id=patient.actor, done_at=None, kind__startswith="plan-")
        return set(rows.values_list("kind", flat=True))


def test_a_draft_begins_with_the_template_in_the_patients_language(
    them: Cast, patient: Viewer
) -> None:
    row = draft(them, patient)
    content = decoded(row.content)
    assert [one.programme for one in content.sections] == ["copd"]
    assert "Pusten er som den pleier" in content.sections[0].green.feels
    assert row.stage == Stage.DRAFT and row.version is None
    with them.acting(patient):
        assert queries.in_force(patient.actor) is None


def test_there_is_a_section_for_each_condition(them: Cast) -> None:
    both = them.both()
    responsible(them, both)
    sections = decoded(draft(them, both).content).sections
    assert sorted(one.programme for one in sections) == ["copd", "heart-failure"]


def test_what_the_patient_has_written_stands_in_the_draft(them: Cast, patient: Viewer) -> None:
    with them.acting(patient):
        writing.prepare(goals="Til hytta", needs="Hjelp med slimet", by=patient, at=them.at)
        writing.prepare(goals="Til hytta", needs="Hjelp med slimet", by=patient, at=them.at)
    with them.acting(them.nurse):
        row = writing.begin_draft(patient=patient.actor, by=them.nurse, at=them.at)
        assert decoded(row.content).matters == "Til hytta"
        assert len(queries.inputs(patient.actor)) == 1


def test_a_discharge_summary_becomes_a_draft_and_nothing_that_holds(
    them: Cast, patient: Viewer
) -> None:
    said = {"patient": patient.actor, "text": "Prednisolon økt", "of": "Lungeavdelingen",
            "dated": date(2026, 11, 14)}  # fmt: skip
    with them.acting(them.gp):
        writing.take_in_summary(**said, by=them.gp, at=them.at)
        row = queries.open_plan(patient.actor)
        assert row is not None and row.stage == Stage.DRAFT
        assert queries.in_force(patient.actor) is None
        writing.take_in_summary(**said, by=them.gp, at=them.at)  # pressed twice
        assert len(queries.inputs(patient.actor)) == 1
        said["text"] = "Furix er lagt til"
        writing.take_in_summary(**said, by=them.gp, at=them.at)  # beside the draft there is
        assert len(queries.inputs(patient.actor)) == 2


def test_it_is_in_force_when_the_responsible_doctor_has_approved_it(
    them: Cast, patient: Viewer
) -> None:
    row = approved(them, patient)
    assert (row.stage, row.version, row.approved_by_id) == ("approved", 1, them.gp.person)
    assert row.limits is not None and row.limits["spo2"][:2] == [88.0, 90.0]
    with them.acting(patient):
        held = queries.in_force(patient.actor)
        assert held is not None and held.id == row.id


@pytest.mark.parametrize("who", ["nurse", "coordinator"])
def test_nobody_but_a_doctor_approves(them: Cast, patient: Viewer, who: str) -> None:
    row, by = proposed(them, patient), getattr(them, who)
    with pytest.raises(Denied), them.acting(by):
        approving.approve(
            patient=patient.actor, plan=row.id, edition=row.edition, by=by, at=them.at
        )


def test_another_doctor_of_the_practice_does_not(them: Cast, patient: Viewer) -> None:
    row = proposed(them, patient)
    other = colleague(them)
    said = {"patient": patient.actor, "plan": row.id, "edition": row.edition}
    assert refused(them, other, approving.approve, **said) == "doctor"
    assert refused(them, other, approving.send_back, why="Nei", **said) == "doctor"


def test_a_doctor_elsewhere_does_not_even_find_it(them: Cast, patient: Viewer) -> None:
    row = proposed(them, patient)
    said = {"patient": patient.actor, "plan": row.id, "edition": row.edition}
    assert refused(them, them.other_gp, approving.approve, **said) == "gone"


def test_who_stands_in_is_asked_and_approves_for_the_doctor_who_is_away(
    them: Cast, patient: Viewer
) -> None:
    deputy = colleague(them)
    today = them.at.date()
    with them.acting(them.gp):
        say_absent(first=today, last=today, stands_in=deputy.actor, by=them.gp, at=them.at)
    row = proposed(them, patient)
    assert row.asked_id == deputy.person
    done = approve(them, patient, row, by=deputy)
    assert (done.approved_by_id, done.approved_for_id) == (deputy.person, them.gp.person)


def test_with_nobody_to_ask_it_is_said(them: Cast) -> None:
    alone = them.patient(relations=("service", "municipality"))
    row = draft(them, alone)
    said = {"patient": alone.actor, "plan": row.id, "edition": row.edition}
    assert refused(them, them.nurse, approving.propose, **said) == "nobody"
    responsible(them, alone)
    today = them.at.date()
    with them.acting(them.gp):
        say_absent(first=today, last=today, stands_in=None, by=them.gp, at=them.at)
    assert refused(them, them.nurse, approving.propose, **said) == "nobody"


def test_a_plan_edited_while_it_is_approved_is_not_approved_unseen(
    them: Cast, patient: Viewer
) -> None:
    row = proposed(them, patient)
    with them.acting(them.nurse):
        writing.save_draft(patient=patient.actor, plan=row.id, edition=row.edition, by=them.nurse,
                           content=whole(decoded(row.content)), at=them.at)  # fmt: skip
    said = {"patient": patient.actor, "plan": row.id, "edition": row.edition}
    assert refused(them, them.gp, approving.approve, **said) == "changed"
    now = seen(them, row.id)
    assert (now.stage, now.asked_id, tasks(them, patient)) == (Stage.DRAFT, None, set())


def test_what_is_typed_does_not_write_over_what_another_has_approved(
    them: Cast, patient: Viewer
) -> None:
    row = proposed(them, patient)
    approve(them, patient, row)
    said = {"patient": patient.actor, "plan": row.id, "edition": row.edition,
            "content": decoded(row.content)}  # fmt: skip
    assert refused(them, them.nurse, writing.save_draft, **said) == "gone"


def test_two_doctors_who_approve_at_once_approve_it_once(them: Cast, patient: Viewer) -> None:
    deputy = colleague(them)
    today = them.at.date()
    with them.acting(them.gp):
        say_absent(first=today, last=today, stands_in=deputy.actor, by=them.gp, at=them.at)
    row = proposed(them, patient)
    codes: list[str] = []

    def press(by: Viewer) -> None:
        try:
            approve(them, patient, row, by=by)
            codes.append("approved")
        except NotPlanned as error:
            codes.append(error.code)

    together(lambda: press(them.gp), lambda: press(deputy))
    assert sorted(codes) == ["approved", "gone"]
    with them.acting():
        assert Plan.objects.filter(patient_id=patient.actor, version__isnull=False).count() == 1


def test_editing_and_approving_at_once_never_approves_what_was_not_shown(
    them: Cast, patient: Viewer
) -> None:
    row = proposed(them, patient)
    changed = whole(decoded(row.content))
    done: list[str] = []

    def edit() -> None:
        try:
            with them.acting(them.nurse):
                writing.save_draft(patient=patient.actor, plan=row.id, edition=row.edition,
                                   content=changed, by=them.nurse, at=them.at)  # fmt: skip
            done.append("edited")
        except NotPlanned as error:
            done.append(error.code)

    def press() -> None:
        try:
            approve(them, patient, row)
            done.append("approved")
        except NotPlanned as error:
            done.append(error.code)

    together(edit, press)
    assert sorted(done) in (["approved", "gone"], ["changed", "edited"])


def test_a_new_plan_replaces_the_one_before_and_both_are_kept(them: Cast, patient: Viewer) -> None:
    first = approved(them, patient)
    second = approved(them, patient, at=them.at + DAY)
    was, now = seen(them, first.id), seen(them, second.id)
    assert (was.stage, now.stage, now.version) == (Stage.REPLACED, Stage.APPROVED, 2)
    with them.acting():
        assert [one.version for one in queries.versions(patient.actor)] == [2, 1]
    assert tasks(them, patient) == {"plan-train", "plan-print"}


def test_whoever_treats_the_patient_has_it_at_once_and_the_old_copy_ends(
    them: Cast, patient: Viewer
) -> None:
    first = approved(them, patient)
    approved(them, patient, at=them.at + DAY)
    with them.acting():
        had = Copy.objects.filter(plan_id=first.id)
        assert {one.organisation_id for one in had} == {
            them.units[name] for name in ("service", "municipality", "practice")
        }
        assert all(one.ended_at == them.at + DAY for one in had)
        assert Copy.objects.filter(patient_id=patient.actor, ended_at=None).count() == 3


def test_approval_is_withdrawn_and_the_service_has_to_call(them: Cast, patient: Viewer) -> None:
    row = approved(them, patient)
    said = {"patient": patient.actor, "plan": row.id}
    assert refused(them, them.gp, approving.withdraw, why=" ", **said) == "reason"
    with them.acting(them.gp):
        approving.withdraw(why="Prednisolon tåles ikke", by=them.gp, at=them.at, **said)
    with them.acting():
        assert queries.in_force(patient.actor) is None
        told = queries.last_withdrawn(patient.actor)
        assert told is not None and told.ended_why == "Prednisolon tåles ikke"
        reason = Reason.objects.get(patient_id=patient.actor, kind="task", open=True)
        assert (reason.zone, reason.about["task_kind"]) == (2, "plan-withdrawn")
        assert not Copy.objects.filter(patient_id=patient.actor, ended_at=None).exists()
    assert refused(them, them.gp, approving.withdraw, why="Igjen", **said) == "gone"
    approved(them, patient, at=them.at + DAY)
    # the new plan says nothing to who has the old one on the wall: she is called all the same
    assert tasks(them, patient) == {"plan-withdrawn", "plan-train", "plan-print"}


def test_a_doctor_who_answers_instead_sends_it_back(them: Cast, patient: Viewer) -> None:
    row = proposed(them, patient)
    said = {"patient": patient.actor, "plan": row.id, "edition": row.edition}
    assert tasks(them, patient) == {"plan-waits"}
    assert refused(them, them.gp, approving.send_back, why="", **said) == "reason"
    with them.acting(them.gp):
        approving.send_back(why="40 mg de første dagene", by=them.gp, at=them.at, **said)
    now = seen(them, row.id)
    assert (now.stage, now.returned_why) == (Stage.DRAFT, "40 mg de første dagene")
    assert tasks(them, patient) == {"plan-returned"}
    with them.acting():
        assert Item.objects.filter(patient_id=patient.actor, open=True).exists()
    approve(them, patient, now)  # and then does it after all
    assert tasks(them, patient) == {"plan-train"}


def test_what_an_admission_asked_for_is_done_by_a_new_plan(them: Cast, patient: Viewer) -> None:
    row = draft(them, patient)
    with them.acting() as by:
        Task.objects.create(patient_id=patient.actor, unit_id=them.units["service"],
                            kind="review-plan", occurrence="back-1", raised_at=them.at - DAY,
                            due_at=them.at)  # fmt: skip
        assert by
    approve(them, patient, row)
    with them.acting():
        assert not Task.objects.filter(kind="review-plan", patient_id=patient.actor, done_at=None)


def test_it_is_talked_of_again_on_its_day(them: Cast, patient: Viewer) -> None:
    approve(them, patient, proposed(them, patient, review_on=date(2027, 1, 12)))
    with them.acting():
        task = Task.objects.get(patient_id=patient.actor, kind="plan-review")
    assert task.due_at.date() == date(2027, 1, 12)


def test_the_programme_says_who_drafts(them: Cast, patient: Viewer, monkeypatch: Any) -> None:
    from varde.core.plan_template import Template

    held = Template("copd", 9, (Role.COORDINATOR,), {})
    monkeypatch.setattr("varde.plan.writing.template", lambda key: held)
    assert refused(them, them.nurse, writing.begin_draft, patient=patient.actor) == "drafter"
    with them.acting(them.coordinator):
        writing.begin_draft(patient=patient.actor, by=them.coordinator, at=them.at)


@pytest.mark.parametrize(
    "broken",
    [
        {"approved_by_id": None},
        {"approved_role": "nurse"},
        {"limits": None},
        {"version": None},
        {"stage": "withdrawn"},
    ],
)
def test_the_database_holds_that_a_plan_in_force_has_an_approver(
    them: Cast, patient: Viewer, broken: dict[str, Any]
) -> None:
    row = proposed(them, patient)
    whole_row = {"stage": "approved", "approved_by_id": them.gp.actor, "approved_at": them.at,
                 "approved_role": "gp", "version": 1, "limits": {}}  # fmt: skip
    with pytest.raises(IntegrityError), them.acting(), transaction.atomic():
        Plan.objects.filter(id=row.id).update(**{**whole_row, **broken})


def test_the_database_holds_that_what_was_in_force_is_never_changed(
    them: Cast, patient: Viewer
) -> None:
    row = approved(them, patient)
    with pytest.raises(DatabaseError), them.acting(), transaction.atomic():
        Plan.objects.filter(id=row.id).update(content={"goals": ["noe annet"]})


def test_the_database_holds_that_one_is_in_force(them: Cast, patient: Viewer) -> None:
    row = approved(them, patient)
    with pytest.raises(IntegrityError), them.acting(), transaction.atomic():
        row.pk, row._state.adding, row.version = writing.new_id(), True, 2
        row.save(force_insert=True)


def test_what_is_approved_says_so_of_every_medication(them: Cast, patient: Viewer) -> None:
    row = approved(them, patient)
    found = [one for _s, zone, one in decoded(row.content).medications if zone == "red"]
    assert found == [PACK]


def test_who_comes_to_treat_the_patient_has_the_plan_and_who_goes_has_it_no_more(
    them: Cast, patient: Viewer
) -> None:
    """The clinic that came after, the practice that was changed, and back again."""
    there = hospital(them)
    row = approved(them, patient)
    asked: list[set[str]] = []

    def has(at: datetime) -> None:
        clock_tasks.plans(at=at)
        with them.acting(at=at):
            held = {one.organisation_id for one in queries.copies(row.id) if not one.ended_at}
        asked.append({key for key in ("lungs", "practice") if them.units[key] in held})

    has(them.at + DAY)
    with acting(there.specialist.frame(them.at + DAY)):
        sharing.let_reach(patient=patient.actor, organisation=them.units["lungs"],
                          ground=Ground.SPECIALIST, by=there.specialist,
                          at=them.at + DAY)  # fmt: skip
    has(them.at + 2 * DAY)
    for end in (True, False):
        at = them.at + (3 if end else 5) * DAY
        with them.acting(them.nurse, at=at) as by:
            change = sharing.end_reach if end else sharing.let_reach
            change(patient=patient.actor, organisation=them.units["practice"], ground=Ground.GP,
                   by=by, at=at)  # fmt: skip
        has(at + DAY)
    assert asked == [{"practice"}, {"lungs", "practice"}, {"lungs"}, {"lungs", "practice"}]
