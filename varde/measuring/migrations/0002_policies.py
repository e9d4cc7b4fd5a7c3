"""Each policy asks for a relation to the row's own patient."""

from django.db import migrations

from varde.base.rls import Resecure


class Migration(migrations.Migration):
    dependencies = [("measuring", "0001_initial")]
    operations = [
        Resecure("Draft", scope="patient"),
        Resecure("Enrolment", scope="patient"),
        Resecure("Report", scope="patient"),
        Resecure("Observation", scope="patient"),
        Resecure("Correction", scope="patient"),
        Resecure("HabitualValue", scope="patient"),
        Resecure("Expectation", scope="patient"),
    ]
