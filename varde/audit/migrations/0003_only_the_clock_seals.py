"""The application may read the seals and not make them: a false link would break the chain."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_policies")]
    operations = [
        migrations.RunSQL(
            "revoke insert on audit_seal from varde_app",
            "grant insert on audit_seal to varde_app",
        ),
    ]
