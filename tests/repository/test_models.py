"""What every model keeps to: a tenant or the directory, PROTECT, unchanged unless listed."""

from django.db import models

from tests.repository.house import our_models, tenant_models
from varde.base.models import Stamp
from varde.base.rows import ImmutableRow, TenantKey, TenantRow
from varde.people.directory import DIRECTORY

# The one list of what may change; everything else is written once. Each says what may.
MUTABLE = {
    "base.Outgoing": "that it was sent or withdrawn, when it is tried next",
    "people.Organisation": "name, phone, hours",
    "people.Person": "name, phone, language, when the person died",
    "people.Assignment": "the end of its period",
    "people.Relation": "the end of its period",
    "people.Responsibility": "the end of its period",
    "people.NamedNurse": "the end of its period",
    "people.Cover": "the end of its period",
    "people.Absence": "that it was taken back",
    "triage.Watch": "that it was taken, and ended",
    "triage.View": "what it asks for",
    "triage.Handover": "who has read it",
    "people.NextOfKin": "name and phone",
    "people.Consent": "when it was withdrawn",
    "measuring.Enrolment": "the end of its period",
    "catalogue.Signature": "when it was withdrawn",
    "measuring.OwnRhythm": "when it was ended",
    "measuring.Pause": "its last day, or that it was an error",
    "measuring.Draft": "what is typed, until it is sent",
    "measuring.HabitualValue": "the value, when mapping or a doctor says otherwise",
    "measuring.Expectation": "what has come, and its state",
    "triage.Threshold": "the end of its period",
    "triage.Ask": "the answer, or that none came",
    "triage.Control": "what came of it",
    "triage.OrderedRule": "the end of its period",
    "triage.Order": "how far it has come, on whose word",
    "triage.State": "the zone now",
    "triage.Item": "rank, who has it, whether it is open",
    "triage.Reason": "whether it is open, its outcome",
    "triage.Task": "whether it stands on the list, who did it",
    "dialogue.Note": "when it was read, and by whom",
    "dialogue.Message": "when it was read, and by whom",
    "plan.Plan": "the draft; of what was in force only that it ended",
    "plan.Copy": "when it ended",
    "plan.Tick": "that it was not done after all",
    "plan.Course": "that it was said by mistake",
    "pathway.Look": "the day",
    "pathway.Slot": "that it was taken, and kept no more",
    "pathway.Request": "how far it has come, the answer, the time",
    "pathway.Support": "that it was confirmed or never ordered, and the end of its period",
    "pathway.Meeting": "the time, how far it has come, who is before everyone",
    "pathway.Case": "how far it has come, who is invited, that the notes went out",
    "pathway.Attendee": "that it was entered by mistake",
    "pathway.Decision": "what it became, and that it was struck",
    "pathway.OwnFollowUp": "when it was ended",
    "pathway.StageEntry": "the end of its period",
}

# Outside the tenants, column by column: nothing clinical (decisions 1.3).
OUTSIDE = {
    "Cooperation": {"id", "key", "name", "zone"},
    "Identity": {"id", "issuer", "subject", "tenant_id", "person_id"},
    "LocalPassword": {"username", "password"},
    "Token": {
        "id", "name", "digest", "tenant_id", "unit_id", "scope", "created_at", "expires_at",
        "revoked_at",
    },
    "Attempt": {"id", "key", "minute", "count"},
    "Stamp": {"task", "succeeded_at"},
}  # fmt: skip


def label(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}.{model.__name__}"


def test_every_model_is_immutable_or_listed_as_mutable() -> None:
    changing = {label(m) for m in tenant_models() if not issubclass(m, ImmutableRow)}
    assert changing == set(MUTABLE)


def test_every_model_is_a_tenants_or_in_the_directory() -> None:
    outside = {m for m in our_models() if not issubclass(m, TenantRow)}
    assert outside == {*DIRECTORY, Stamp}


def test_the_directory_holds_nothing_clinical() -> None:
    columns = {m.__name__: {f.column for f in m._meta.fields} for m in (*DIRECTORY, Stamp)}
    assert columns == OUTSIDE


def test_nothing_is_deleted_with_something_else() -> None:
    keys = [
        (f"{label(model)}.{field.name}", field.remote_field.on_delete)
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
    ]
    assert keys
    assert [name for name, on_delete in keys if on_delete is not models.PROTECT] == []


def test_every_reference_is_within_the_tenant() -> None:
    loose = [
        f"{label(model)}.{field.name}"
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and not isinstance(field, TenantKey)
    ]
    assert loose == []
