"""Each policy asks for a relation to the row's own patient."""

from importlib import import_module

from django.db import migrations

from varde.base.rls import Resecure

STAFF = import_module("varde.people.migrations.0001_initial").STAFF


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        Resecure("Person", scope="patient", patient="id", also=STAFF),
        Resecure("Responsibility", scope="patient"),
        Resecure("NextOfKin", scope="patient"),
        Resecure("Consent", scope="patient"),
    ]
