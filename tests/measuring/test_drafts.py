"""Drafts: what a patient has typed is never lost, never old, and sent once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.people import NOW, Cast
from tests.triage.test_concurrent import overlapping
from varde.base.tenancy import acting
from varde.measuring import drafts
from varde.measuring.models import Draft
from varde.people.viewer import Viewer


def opened(patient: Viewer, *, minutes: int = 0) -> Draft:
    at = NOW + timedelta(minutes=minutes)
    with acting(patient.frame(at)):
        return drafts.open_draft(patient.actor, at=at)


def typed(patient: Viewer, **parts: Any) -> None:
    with acting(patient.frame(NOW)):
        drafts.put(drafts.open_draft(patient.actor, at=NOW), **parts)


def test_what_was_typed_is_there_when_one_comes_back(them: Cast) -> None:
    patient = them.patient()
    typed(patient, values={"spo2": "93"})
    typed(patient, values={"pulse": "80"}, answers={"cough": "no"})
    content = opened(patient, minutes=30).content
    assert content == {"values": {"spo2": "93", "pulse": "80"}, "answers": {"cough": "no"}}


def test_what_is_typed_again_replaces_what_was_typed(them: Cast) -> None:
    patient = them.patient()
    typed(patient, values={"spo2": "93"}, comment="en")
    typed(patient, values={"spo2": "94"}, comment="to")
    assert opened(patient).content == {"values": {"spo2": "94"}, "comment": "to"}


def test_within_four_hours_it_is_the_same_occasion(them: Cast) -> None:
    patient = them.patient()
    assert opened(patient).id == opened(patient, minutes=240).id


def test_an_older_draft_is_another_occasion_and_its_numbers_are_gone(them: Cast) -> None:
    """Yesterday's number is never sent as today's."""
    patient = them.patient()
    typed(patient, values={"spo2": "93"})
    old, new = opened(patient), opened(patient, minutes=241)
    assert (new.id != old.id, new.content) == (True, {})
    with acting(patient.frame(NOW)):
        assert Draft.objects.get(id=old.id).content == {}


def test_an_old_draft_that_was_never_sent_is_not_said_to_be_sent(them: Cast) -> None:
    """Else a press on an old page leads to a result that does not exist."""
    patient = them.patient()
    old = opened(patient)
    opened(patient, minutes=241)
    with acting(patient.frame(NOW)):
        assert not drafts.sent(patient.actor, old.id)


def test_a_sent_draft_is_empty_and_the_next_is_another(them: Cast) -> None:
    patient = them.patient()
    typed(patient, values={"spo2": "93"})
    with acting(patient.frame(NOW)):
        draft = drafts.open_draft(patient.actor, at=NOW)
    them.report(patient, report_id=draft.id, spo2=93)
    with acting(patient.frame(NOW)):
        drafts.close(draft, at=NOW)
        assert drafts.sent(patient.actor, draft.id)
        assert Draft.objects.get(id=draft.id).content == {}
    assert opened(patient).id != draft.id


def test_there_is_one_open_draft_for_each_patient(them: Cast) -> None:
    patient, other = them.patient(), them.patient()
    opened(patient)
    opened(other)
    with (
        acting(patient.frame(NOW)),
        pytest.raises(IntegrityError, match="measuring_draft_one"),
        transaction.atomic(),
    ):
        Draft.objects.create(patient_id=patient.person, started_at=NOW)


def test_two_tabs_that_begin_at_once_share_one_draft(them: Cast) -> None:
    """«Mål nå» pressed twice: the second finds the first's, and gets no error."""
    patient = them.patient()

    def begins(pause: Callable[[], None] = lambda: None) -> Draft:
        with acting(patient.frame(NOW)):
            draft = drafts.open_draft(patient.actor, at=NOW)
            pause()
            return draft

    first, second = overlapping(begins, begins)
    assert isinstance(second, Draft), repr(second)
    assert first.id == second.id


def test_two_tabs_that_type_at_once_lose_nothing(them: Cast) -> None:
    """The number of one tab is not overwritten by the other's older copy."""
    patient = them.patient()
    opened(patient)

    def types(kind: str, text: str) -> Callable[..., None]:
        def act(pause: Callable[[], None] = lambda: None) -> None:
            with acting(patient.frame(NOW)):
                draft = drafts.open_draft(patient.actor, at=NOW)
                drafts.put(draft, values={kind: text})
                pause()

        return act

    overlapping(types("spo2", "93"), types("systolic", "130"))
    assert opened(patient).content["values"] == {"spo2": "93", "systolic": "130"}


def test_another_patients_draft_is_out_of_reach(them: Cast) -> None:
    patient, other = them.patient(), them.patient()
    typed(patient, values={"spo2": "93"})
    draft = opened(patient)
    with acting(other.frame(NOW)):
        assert not Draft.objects.filter(id=draft.id).exists()
        assert drafts.open_draft(other.actor, at=NOW).content == {}
