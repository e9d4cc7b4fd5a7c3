"""The policies as `reaches` writes them now: cheaper for a statement about one patient."""

from importlib import import_module

from django.db import migrations

from varde.base.rls import Resecure

APPS = ("audit", "people", "measuring", "triage", "dialogue", "pathway")


def _again(app: str) -> list[Resecure]:
    before = import_module(f"varde.{app}.migrations.0002_policies").Migration.operations
    return [
        Resecure(f"{app}.{op.model}", scope=op.scope, patient=op.patient, also=op.also)
        for op in before
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("pathway", "0002_policies"),
        ("people", "0003_relation_reach"),
        ("triage", "0003_threshold_of_patient"),
        *((app, "0002_policies") for app in APPS[:-1]),
    ]
    operations = [operation for app in APPS for operation in _again(app)]
