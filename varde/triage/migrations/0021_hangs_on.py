"""What a task stands and falls with: rules that reckon each day withdrew what plan, requests and
meetings had asked for."""

from django.db import migrations, models

RULES = "new|day|yellow|red|contact|silent|signals|pause|back"
KINDS = (
    "plan-waits", "plan-returned", "plan-withdrawn", "plan-train", "plan-print", "plan-review",
    "course-started", "request-unanswered", "came-or-not", "support-unconfirmed", "put-on-meeting",
)
KNOWN = f"""
alter table triage_task no force row level security;
alter table triage_task disable trigger user;
update triage_task set hangs_on = 'rule'
where patient_id is not null and occurrence ~ '^({RULES})-';
update triage_task set hangs_on = 'follow-up'
where patient_id is not null and occurrence <> '' and hangs_on = 'nothing' and kind in {KINDS};
alter table triage_task enable trigger user;
alter table triage_task force row level security;
"""

class Migration(migrations.Migration):

    dependencies = [
        ('triage', '0020_own_numbers'),
    ]

    operations = [
        migrations.AddField(
            model_name='task',
            name='hangs_on',
            field=models.CharField(default='nothing', max_length=12),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
