"""Each policy asks for a relation to the row's own patient."""

from django.db import migrations

from varde.base.rls import Resecure


class Migration(migrations.Migration):
    dependencies = [("triage", "0001_initial")]
    operations = [
        Resecure("Threshold", scope="patient"),
        Resecure("Judgement", scope="patient"),
        Resecure("State", scope="patient"),
        Resecure("Item", scope="patient"),
        Resecure("Reason", scope="patient"),
        Resecure("Handling", scope="patient"),
        Resecure("Task", scope="patient"),
    ]
