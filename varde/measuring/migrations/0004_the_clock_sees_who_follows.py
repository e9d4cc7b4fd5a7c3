from django.db import migrations


class Migration(migrations.Migration):
    """The clock asks those units that follow somebody, and no others; not whom."""

    dependencies = [
        ('measuring', '0003_answer_read'),
    ]

    operations = [
        migrations.RunSQL(
            [
                "create policy clock on measuring_enrolment to varde_clock using (true)",
                "grant select (tenant_id, unit_id, period) on measuring_enrolment to varde_clock",
            ],
            [
                "revoke select (tenant_id, unit_id, period) on measuring_enrolment from varde_clock",
                "drop policy clock on measuring_enrolment",
            ],
        ),
    ]
