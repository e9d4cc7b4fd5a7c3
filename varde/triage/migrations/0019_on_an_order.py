from django.db import migrations, models

# A rule that holds for one patient, or has held, is never rewritten: it may be ended, as limits may.
ONLY_ENDED = """
revoke update on triage_orderedrule from varde_app;
grant update (period) on triage_orderedrule to varde_app
"""
AGAIN = """
revoke update (period) on triage_orderedrule from varde_app;
grant update on triage_orderedrule to varde_app
"""


class Migration(migrations.Migration):

    dependencies = [
        ('triage', '0018_list_by_due'),
    ]

    operations = [
        migrations.RunSQL(ONLY_ENDED, AGAIN),
        migrations.AddConstraint(
            model_name='threshold',
            constraint=models.CheckConstraint(condition=models.Q(('ground', 'standard'), ('order__isnull', False), _connector='OR'), name='triage_threshold_order'),
        ),
    ]
