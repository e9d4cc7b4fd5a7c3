"""Rows: ids that sort by time, rows that never change, and a key that is the tenant's."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction

from tests import database
from tests.people import Cast, cast
from varde.audit.models import Act
from varde.base.rows import Changed, ImmutableRow, TenantKey, TenantRow, new_id
from varde.measuring.models import Observation, Report
from varde.people.models import Person
from varde.triage.models import Handling, Judgement, Task
from varde.triage.tasks import raise_task

OURS = [model for model in apps.get_models() if model.__module__.startswith("varde.")]


def test_ids_sort_in_the_order_they_were_made() -> None:
    made = [new_id() for _ in range(2000)]
    assert made == sorted(made)
    assert len(set(made)) == 2000
    assert {one.version for one in made} == {7}


def test_what_is_written_once_is_declared_so() -> None:
    for model in (Act, Observation, Report, Judgement, Handling):
        assert issubclass(model, ImmutableRow)


def test_a_row_that_never_changes_is_not_saved_again(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, spo2=86)
    with them.acting():
        for model in (Observation, Report, Judgement):
            row = model.objects.filter(patient_id=patient.person).first()
            assert row is not None
            with pytest.raises(Changed):
                row.save()


def test_the_database_refuses_it_too(them: Cast) -> None:
    """Around the model: `update` and `delete` never ask `save`."""
    patient = them.patient()
    them.report(patient, spo2=86)
    with them.acting():
        rows = Observation.objects.filter(patient_id=patient.person)
        for change in (lambda: rows.update(value=95), rows.delete):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                change()
        assert [row.value for row in rows] == [86]


def test_a_reference_never_crosses_to_another_cooperation(them: Cast) -> None:
    other = cast()
    stranger = other.patient()
    with them.acting() as by, pytest.raises(DatabaseError, match=r"policy|_fk"):
        raise_task(
            patient=stranger.actor,
            unit=them.units["service"],
            kind="call-again",
            due_at=them.at,
            by=by,
            at=them.at,
        )
    with other.acting():
        assert not Task.objects.filter(patient_id=stranger.person).exists()


def test_every_reference_protects_what_it_points_at() -> None:
    """Nothing clinical disappears because something else did."""
    wrong = [
        f"{model.__name__}.{field.name}"
        for model in OURS
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and (field.remote_field.on_delete is not models.PROTECT or not isinstance(field, TenantKey))
    ]
    assert wrong == []


def test_every_row_knows_its_tenant_without_being_told(them: Cast) -> None:
    with them.acting():
        assert {row.tenant_id for row in Person.objects.all()} == {them.tenant}
    assert all(
        model._meta.get_field("tenant_id").default is not models.NOT_PROVIDED
        for model in OURS
        if issubclass(model, TenantRow)
    )


def test_history_keeps_each_state_of_a_row_and_who_made_it(them: Cast) -> None:
    """Given a task that was raised and done, both are in the history, with the actor."""
    patient = them.patient()
    with them.acting(them.nurse) as by:
        task = raise_task(
            patient=patient.actor,
            unit=them.units["service"],
            kind="call-again",
            due_at=them.at + timedelta(hours=1),
            by=by,
            at=them.at,
        )
    with them.acting(them.other_nurse):
        Task.objects.filter(id=task.id).update(done_at=them.at, done_by=them.other_nurse.person)
    with psycopg.connect(database.server().dsn("postgres", database.NAME)) as c:
        kept = c.execute(
            "select row ->> 'done_at' is not null, actor_id from audit_history"
            " where row_id = %s order by at, 1",
            [task.id],
        ).fetchall()
    assert kept == [(False, them.nurse.person), (True, them.other_nurse.person)]
