"""What a closing sends waits until it can no longer be undone, is sent once, and is never lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.covering import EVENING, arranged, taken
from tests.people import Cast
from tests.triage.at_once import together
from tests.triage.test_concurrent import GREEN, RED, closing_of, open_reasons
from varde.base import outbox
from varde.base.models import Outgoing
from varde.base.tenancy import acting
from varde.clock import tasks as clock
from varde.dialogue.models import Message
from varde.pathway import closing, sending
from varde.pathway.covering import arrange
from varde.people.models import Person
from varde.people.viewer import Viewer
from varde.triage import passing, watch
from varde.triage.handling import NotClosed
from varde.triage.models import Handling

YELLOW = {**GREEN, "pulse": 110}
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
UNDO = passing.UNDO
SENT = UNDO + closing.MARGIN  # so long after the closing it goes
TEXT = "Hei. Hvil litt, og mål igjen i morgen."


def closed(them: Cast, patient: Viewer, text: str = TEXT) -> Handling:
    them.report(patient, **YELLOW)
    seen = closing_of(them, patient, acts=())
    with them.acting(them.nurse) as by:
        return closing.close(closing=seen, message=text, by=by, at=them.at).handling


def messages(them: Cast, patient: Viewer) -> list[str]:
    with them.acting(them.nurse):
        rows = Message.objects.filter(patient_id=patient.person).order_by("at")
        return [row.text for row in rows]


def waiting(them: Cast) -> list[Outgoing]:
    with them.acting():
        return list(Outgoing.objects.filter(sent_at=None, withdrawn_at=None))


def test_it_is_sent_when_the_minute_has_passed_and_once(them: Cast) -> None:
    patient = them.patient()
    done = closed(them, patient)
    assert done.acts == ["wrote-message"]
    clock.outbox(at=them.at + SENT - SECOND)
    assert messages(them, patient) == []
    got = together(*(lambda: clock.outbox(at=them.at + SENT) for _ in range(3)))
    assert not [one for one in got if isinstance(one, Exception)]
    clock.outbox(at=them.at + 5 * MINUTE)
    assert messages(them, patient) == [TEXT]
    with them.acting(them.nurse):
        (row,) = Message.objects.filter(patient_id=patient.person)
        assert (row.author_id, row.from_patient) == (them.nurse.person, False)


def test_what_is_undone_is_not_sent(them: Cast) -> None:
    patient = them.patient()
    done = closed(them, patient)
    at = them.at + 30 * SECOND
    with them.acting(them.nurse, at=at) as by:
        passing.undo(handling=done.id, by=by, at=at)
    clock.outbox(at=them.at + 5 * MINUTE)
    assert messages(them, patient) == []
    assert waiting(them) == []


def test_an_undo_and_a_sending_at_once_end_in_one_of_them(them: Cast) -> None:
    for _ in range(4):
        patient = them.patient()
        done, at = closed(them, patient), them.at + UNDO

        def undo(done: Handling = done, at: datetime = at) -> Any:
            with acting(them.nurse.frame(at)):
                return passing.undo(handling=done.id, by=them.nurse, at=at)

        together(undo, lambda at=at: clock.outbox(at=at + closing.MARGIN))
        with them.acting():
            row = Outgoing.objects.get(of=done.id)
        assert (row.sent_at is None) is (messages(them, patient) == [])
        assert (row.sent_at is None) is not (row.withdrawn_at is None)


def test_what_has_been_sent_is_not_undone(them: Cast) -> None:
    """A server whose clock is ahead has sent it: nobody is told that it was taken back."""
    patient = them.patient()
    done, at = closed(them, patient), them.at + UNDO
    clock.outbox(at=them.at + SENT)
    with them.acting(them.nurse, at=at) as by, pytest.raises(NotClosed, match="too-late"):
        passing.undo(handling=done.id, by=by, at=at)
    assert messages(them, patient) == [TEXT]


def test_nothing_is_sent_to_one_who_has_died(them: Cast) -> None:
    patient = them.patient()
    closed(them, patient)
    with them.acting():
        Person.objects.filter(id=patient.person).update(died_at=them.at)
    clock.outbox(at=them.at + SENT)
    assert messages(them, patient) == []
    assert waiting(them) == []


def test_what_cannot_be_sent_is_tried_again_and_then_left_to_a_person(
    them: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient, other = them.patient(), them.patient()
    closed(them, patient)
    real = sending.SENDERS["message"]

    def broken(row: Outgoing, by: Viewer, at: datetime) -> None:
        if row.patient_id == patient.person:
            raise OSError("no way out")
        real(row, by, at)

    monkeypatch.setitem(sending.SENDERS, "message", broken)
    closed(them, other, "Fint")
    at = them.at + SENT
    for n in range(outbox.MOST_TRIES):
        (row,) = [one for one in waiting(them) if one.patient_id == patient.person]
        assert row.tries == n
        at = max(at, row.not_before)
        clock.outbox(at=at)
    assert messages(them, other) == ["Fint"]  # one that fails stops no other
    assert waiting(them) == []
    (reason,) = open_reasons(them, patient)
    assert (reason.kind, reason.about["excerpt"]) == ("unsent", TEXT)


def test_between_tries_it_waits_longer_each_time(them: Cast) -> None:
    patient = them.patient()
    closed(them, patient)
    (row,) = waiting(them)
    waits = []
    with them.acting():
        for _ in range(outbox.MOST_TRIES - 1):
            assert outbox.failed(row, at=them.at)
            row.refresh_from_db()
            waits.append((row.not_before - them.at) / MINUTE)
        assert not outbox.failed(row, at=them.at)
    assert waits == [1, 2, 4, 8]


def test_an_empty_message_is_none(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    seen = closing_of(them, patient, assessment="usual", acts=())
    with them.acting(them.nurse) as by:
        done = closing.close(closing=seen, message="  ", by=by, at=them.at).handling
    assert done.acts == []
    assert waiting(them) == []


def test_an_attempt_sends_too(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    seen = closing_of(them, patient, acts=("phone-no-answer",))
    with them.acting(them.nurse) as by:
        kept = closing.attempt(closing=seen, message=TEXT, by=by, at=them.at)
    assert kept.acts == ["phone-no-answer", "wrote-message"]
    clock.outbox(at=them.at + SENT)
    assert messages(them, patient) == [TEXT]


def test_an_attempt_that_is_pressed_twice_is_sent_once(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    seen = closing_of(them, patient, acts=("phone-no-answer",))
    for n in range(2):
        at = them.at + n * SECOND
        with them.acting(them.nurse, at=at) as by:
            closing.attempt(closing=seen, message=TEXT, by=by, at=at)
    clock.outbox(at=them.at + 5 * MINUTE)
    assert messages(them, patient) == [TEXT]


def test_what_is_written_in_the_watch_is_sent_though_the_watch_ends(them: Cast) -> None:
    """It is sent on the unit's behalf that follows, whoever may reach the patient by then."""
    aud, patient = arranged(them), them.patient()
    row = taken(them, aud)
    them.report(patient, at=EVENING, **RED)
    with them.acting(aud, at=EVENING + MINUTE) as by:
        closing.close(closing=closing_of(them, patient), message=TEXT, by=by, at=EVENING + MINUTE)
    at = EVENING + MINUTE + 10 * SECOND
    with them.acting(them.nurse, at=at) as by:
        watch.end(watch=row.id, by=by, at=at)
    with them.acting(at=at) as by:
        arrange(unit=them.units["service"], to=None, by=by, at=at)
    clock.outbox(at=EVENING + 3 * MINUTE)
    assert messages(them, patient) == [TEXT]


def test_the_database_lets_nothing_be_both_sent_and_withdrawn(them: Cast) -> None:
    closed(them, them.patient())
    with them.acting(), pytest.raises(IntegrityError), transaction.atomic():
        Outgoing.objects.update(sent_at=them.at, withdrawn_at=them.at)
