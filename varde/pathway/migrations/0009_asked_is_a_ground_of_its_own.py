"""What a request let in stood as a referral: it is a ground of its own, so that it ends with it."""

from django.db import migrations

MOVED = """
alter table people_relation no force row level security;
alter table pathway_request no force row level security;
alter table people_relation disable trigger user;
update people_relation r set ground = 'request'
from pathway_request q
where q.tenant_id = r.tenant_id and q.patient_id = r.patient_id and q.to_id = r.organisation_id
  and r.ground = 'referral' and lower(r.period) = q.asked_at;
alter table people_relation enable trigger user;
alter table pathway_request force row level security;
alter table people_relation force row level security;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pathway", "0008_care_together_mended"),
        ("people", "0009_asked_by_the_patient"),
    ]
    operations = [migrations.RunSQL(MOVED, "")]
