"""Each policy asks for a relation to the row's own patient."""

from django.db import migrations

from varde.base.rls import Resecure


class Migration(migrations.Migration):
    dependencies = [("pathway", "0001_initial")]
    operations = [
        Resecure("StageEntry", scope="patient"),
    ]
