"""Handling: what was on the screen is closed, and nothing else; a red needs contact or a reason."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from tests.people import Cast
from tests.triage.test_concurrent import GREEN, RED, close, closing_of, open_reasons, the_item
from varde.base.tenancy import acting
from varde.core.access import Denied
from varde.dialogue import actions as dialogue
from varde.dialogue.models import Message, Note
from varde.pathway import closing as pathway
from varde.people.viewer import Viewer
from varde.triage import handling, queries
from varde.triage.handling import NotClosed, Seen, TakenByOther
from varde.triage.models import Handling, Item, Task
from varde.triage.worklist import Rank

YELLOW = {**GREEN, "pulse": 110}


def seen_greens(them: Cast) -> list[Seen]:
    with them.acting(them.nurse):
        return [row.seen for row in queries.worklist(them.nurse, which="green")]


def acknowledge(them: Cast, seen: list[Seen], *, minutes: int = 10) -> list[Any]:
    at = them.at + timedelta(minutes=minutes)
    with them.acting(them.nurse, at=at) as by:
        return handling.acknowledge_greens(seen=seen, by=by, at=at)


def note_from_doctor(them: Cast, patient: Viewer) -> Note:
    with them.acting(them.gp) as by:
        return dialogue.write_note(
            patient=patient.actor, text="Se på ham i dag", by=by, at=them.at,
        )  # fmt: skip


def message_from_patient(them: Cast, patient: Viewer) -> Message:
    with acting(patient.frame(them.at)):
        return dialogue.send_message(
            patient=patient.actor, text="Jeg er svimmel", by=patient, at=them.at,
        )  # fmt: skip


# Taking


def test_what_another_has_is_not_taken_and_one_is_told_who_has_it(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    item = the_item(them, patient)
    with them.acting(them.nurse) as by:
        handling.take(item=item.id, by=by, at=them.at)
    with them.acting(them.other_nurse) as by, pytest.raises(TakenByOther) as told:
        handling.take(item=item.id, by=by, at=them.at + timedelta(minutes=3))
    assert (told.value.person, told.value.since) == (them.nurse.person, them.at)


def test_what_is_given_back_can_be_taken_by_another(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    item = the_item(them, patient)
    with them.acting(them.nurse) as by:
        handling.take(item=item.id, by=by, at=them.at)
        handling.give_back(item=item.id, by=by, at=them.at)
    with them.acting(them.other_nurse) as by:
        handling.take(item=item.id, by=by, at=them.at)
    assert the_item(them, patient).taken_by_id == them.other_nurse.person


def test_nobody_gives_back_what_another_has(them: Cast) -> None:
    """Only who has it, or the clock, hands it back: else it could be taken out of one's hands."""
    patient = them.patient()
    them.report(patient, **RED)
    item = the_item(them, patient)
    with them.acting(them.nurse) as by:
        handling.take(item=item.id, by=by, at=them.at)
    with them.acting(them.other_nurse) as by, suppress(TakenByOther):
        handling.give_back(item=item.id, by=by, at=them.at)
    assert the_item(them, patient).taken_by_id == them.nurse.person


def test_what_another_has_is_not_closed(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    closing = closing_of(them, patient)
    with them.acting(them.other_nurse) as by:
        handling.take(item=closing.item, by=by, at=them.at)
    with pytest.raises(TakenByOther):
        close(them, closing)
    assert [reason.open for reason in open_reasons(them, patient)] == [True]


def test_what_is_closed_is_not_closed_again(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    closing = closing_of(them, patient)
    assert not close(them, closing).stays_open
    with pytest.raises(NotClosed, match="gone"):
        close(them, closing)
    with them.acting():
        assert Handling.objects.filter(patient_id=patient.person).count() == 1


def test_only_a_nurse_takes_and_closes(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    closing = closing_of(them, patient)
    for viewer in (them.gp, them.coordinator, patient):
        with acting(viewer.frame(them.at)):
            with pytest.raises(Denied):
                handling.take(item=closing.item, by=viewer, at=them.at)
            with pytest.raises(Denied):
                handling.close(closing=closing, by=viewer, at=them.at)


# Closing


def test_closing_covers_exactly_the_reasons_that_were_shown(them: Cast) -> None:
    """Two came before, one after: the two are closed, the third is what is left."""
    patient = them.patient()
    them.report(patient, **RED)
    them.report(patient, at=them.at + timedelta(minutes=1), **YELLOW)
    shown = closing_of(them, patient)
    third = them.report(patient, at=them.at + timedelta(minutes=2), **YELLOW)
    closed = close(them, shown)
    (left,) = open_reasons(them, patient)
    item = the_item(them, patient)
    assert closed.stays_open
    assert left.id not in shown.reasons
    assert set(closed.handling.reasons) == {str(one) for one in shown.reasons}
    assert (item.rank, item.since) == (Rank.YELLOW, third.delivery.taken_at)


def test_what_stays_open_is_nobodys_and_its_goal_counts_from_what_came(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    shown = closing_of(them, patient)
    with them.acting(them.nurse) as by:
        handling.take(item=shown.item, by=by, at=them.at)
    later = them.at + timedelta(hours=1)
    them.report(patient, at=later, **YELLOW)
    was_due = the_item(them, patient).due_at
    close(them, shown, minutes=61)
    item = the_item(them, patient)
    assert (item.taken_by_id, item.since) == (None, later)
    assert item.due_at > was_due, "still due as the red that has been handled"


@pytest.mark.parametrize(
    "act", ["phone-answered", "video", "sent-to-doctor", "sent-to-out-of-hours", "sent-to-113"]
)
def test_a_red_is_closed_by_contact_or_by_sending_on(them: Cast, act: str) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    assert not close(them, closing_of(them, patient, acts=(act,))).stays_open
    assert the_item(them, patient) is None


@pytest.mark.parametrize(
    ("acts", "why"),
    [
        ((), ""),
        ((), "   \n"),
        (("phone-no-answer",), ""),
        (("asked-new-measurement", "told-next-of-kin"), ""),
    ],
)
def test_a_red_is_not_closed_without_contact_or_a_reason_in_words(
    them: Cast, acts: tuple[str, ...], why: str
) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    closing = closing_of(them, patient, assessment="no-need", acts=acts, why=why)
    with pytest.raises(NotClosed, match="why"):
        close(them, closing)
    assert the_item(them, patient).rank == Rank.RED
    with them.acting():
        assert not Handling.objects.filter(patient_id=patient.person).exists()


@pytest.mark.parametrize("assessment", ["worsening", "measuring-error", "usual", "needs-doctor"])
def test_only_no_need_is_closed_by_saying_why(them: Cast, assessment: str) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    why = "Hun har det fint, og målte på kald finger"
    closing = closing_of(them, patient, assessment=assessment, acts=("phone-no-answer",), why=why)
    with pytest.raises(NotClosed, match="red-needs-contact"):
        close(them, closing)


@pytest.mark.parametrize("why", ["", "-", "...", "ok", "1234567"])
def test_a_mark_is_not_a_reason_in_words(them: Cast, why: str) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    closing = closing_of(them, patient, assessment="no-need", acts=(), why=why)
    with pytest.raises(NotClosed, match="why"):
        close(them, closing)


def test_an_attempt_is_kept_and_closes_nothing(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    closing = closing_of(them, patient, assessment="", acts=("phone-no-answer",), note="Ringte")
    with them.acting(them.nurse) as by:
        handling.attempt(closing=closing, by=by, at=them.at)
        kept = Handling.objects.get(patient_id=patient.person)
    assert (kept.assessment, kept.acts, kept.note) == ("attempted", ["phone-no-answer"], "Ringte")
    item = the_item(them, patient)
    assert (item.open, item.rank, item.taken_by_id) == (True, Rank.RED, them.nurse.person)


def test_a_reason_in_words_closes_a_red_and_stands_in_the_note(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    closing = closing_of(
        them, patient, assessment="no-need", acts=(), note="Vurdert.", why="Innlagt i natt"
    )
    closed = close(them, closing)
    assert not closed.stays_open
    assert "Innlagt i natt" in closed.handling.note
    assert "Vurdert." in closed.handling.note


def test_a_yellow_is_closed_without_contact(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    assert not close(them, closing_of(them, patient, assessment="usual", acts=())).stays_open


def test_a_red_that_was_left_out_of_what_was_sent_is_not_closed(them: Cast) -> None:
    """A form that names no reason cannot be a way around the contact."""
    patient = them.patient()
    them.report(patient, **RED)
    closing = closing_of(them, patient, assessment="no-need", acts=())
    closing = handling.Closing(closing.item, (), "no-need", heard_at=closing.heard_at)
    assert close(them, closing).stays_open
    assert the_item(them, patient).rank == Rank.RED


def test_reasons_of_another_patient_are_not_closed_with_it(them: Cast) -> None:
    one, other = them.patient(), them.patient()
    them.report(one, **YELLOW)
    them.report(other, **RED)
    mine, theirs = closing_of(them, one), closing_of(them, other)
    mixed = handling.Closing(
        mine.item, (*mine.reasons, *theirs.reasons), "usual", heard_at=mine.heard_at
    )
    close(them, mixed)
    assert [reason.open for reason in open_reasons(them, other)] == [True]
    assert the_item(them, other).rank == Rank.RED


def test_what_was_shown_and_read_is_marked_as_read(them: Cast) -> None:
    patient = them.patient()
    note, message = note_from_doctor(them, patient), message_from_patient(them, patient)
    closing = closing_of(them, patient, assessment="usual", acts=())
    unseen = note_from_doctor(them, patient)
    with them.acting(them.nurse) as by:
        closed = pathway.close(closing=closing, by=by, at=them.at)
        assert Note.objects.get(id=note.id).read_by_id == by.person
        assert Message.objects.get(id=message.id).read_by_id == by.person
        assert Note.objects.get(id=unseen.id).read_at is None
    assert closed.stays_open


def test_call_again_becomes_a_task_at_the_time_that_was_set(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    closing = closing_of(them, patient, next_steps=("call-again", "to-gp"))
    call_at = them.at + timedelta(hours=3)
    with them.acting(them.nurse) as by:
        pathway.close(closing=closing, call_at=call_at, by=by, at=them.at)
        tasks = {
            row.kind: row.due_at
            for row in Task.objects.filter(patient_id=patient.person, occurrence="")
        }
    assert tasks["call-again"] == call_at
    assert set(tasks) == {"call-again", "ask-gp"}


# Acknowledging greens


def test_greens_are_acknowledged_just_as_they_were_seen(them: Cast) -> None:
    patients = [them.patient() for _ in range(3)]
    for patient in patients:
        them.report(patient, **GREEN)
    seen = seen_greens(them)
    assert sorted(acknowledge(them, seen)) == sorted(one.item for one in seen)
    assert [the_item(them, patient) for patient in patients] == [None] * 3


def test_a_green_that_came_after_it_was_seen_stays(them: Cast) -> None:
    patient, other = them.patient(), them.patient()
    them.report(patient, **GREEN)
    them.report(other, **GREEN)
    seen = seen_greens(them)
    them.report(patient, at=them.at + timedelta(minutes=5), **GREEN)
    acknowledge(them, seen)
    assert (the_item(them, patient).rank, the_item(them, other)) == (Rank.GREEN, None)


def test_a_late_green_that_came_after_it_was_seen_stays(them: Cast) -> None:
    """Taken before, but it came after: nobody has seen it."""
    patient = them.patient()
    them.report(patient, **GREEN)
    seen = seen_greens(them)
    later = them.at + timedelta(minutes=5)
    them.report(patient, at=later, taken_at=them.at - timedelta(days=1), **GREEN)
    assert acknowledge(them, seen) == []


def test_an_unread_note_from_a_doctor_holds_the_green_back(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **GREEN)
    seen = seen_greens(them)
    note_from_doctor(them, patient)
    assert seen_greens(them) == []
    assert acknowledge(them, seen) == []
    assert the_item(them, patient).rank == Rank.WORK


def test_an_unread_message_holds_the_green_back(them: Cast) -> None:
    patient = them.patient()
    message_from_patient(them, patient)
    them.report(patient, **GREEN)
    assert seen_greens(them) == []
    item = the_item(them, patient)
    assert acknowledge(them, [Seen(item.id, item.version, them.at + timedelta(days=1))]) == []


def test_an_item_that_has_changed_since_stays(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **GREEN)
    seen = seen_greens(them)
    with them.acting(them.other_nurse) as by:
        handling.take(item=seen[0].item, by=by, at=them.at)
    assert acknowledge(them, seen) == []
    assert the_item(them, patient).taken_by_id == them.other_nurse.person


@pytest.mark.parametrize("values", [RED, YELLOW])
def test_what_is_not_green_is_never_acknowledged(them: Cast, values: dict[str, float]) -> None:
    patient = them.patient()
    them.report(patient, **values)
    item = the_item(them, patient)
    forged = Seen(item.id, item.version, them.at + timedelta(days=1))
    assert acknowledge(them, [forged]) == []
    assert the_item(them, patient).rank == item.rank


def test_an_acknowledged_green_says_who_in_the_record(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **GREEN)
    acknowledge(them, seen_greens(them))
    with them.acting():
        row = Handling.objects.get(patient_id=patient.person)
        assert (row.by_id, row.assessment) == (them.nurse.person, "acknowledged")
        assert not Item.objects.filter(patient_id=patient.person, open=True).exists()
