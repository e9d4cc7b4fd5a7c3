"""What may be asked for many times goes along with the patient too."""

from django.db import migrations

KINDS = (
    "plan-look", "plan-summary", "limits-conflict", "meeting-medication", "meeting-limits",
    "meeting-plan", "meeting-oxygen",
)
KNOWN = f"""
alter table triage_task no force row level security;
alter table triage_task disable trigger user;
alter table measuring_enrolment no force row level security;
update triage_task set hangs_on = 'follow-up'
where patient_id is not null and done_at is null and hangs_on = 'nothing' and kind in {KINDS}
  and exists (select 1 from measuring_enrolment e where e.tenant_id = triage_task.tenant_id
    and e.patient_id = triage_task.patient_id and e.unit_id = triage_task.unit_id);
alter table measuring_enrolment force row level security;
alter table triage_task enable trigger user;
alter table triage_task force row level security;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("triage", "0021_hangs_on"),
        ("measuring", "0001_initial"),
    ]

    operations = [migrations.RunSQL(KNOWN, migrations.RunSQL.noop)]
