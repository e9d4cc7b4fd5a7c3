"""That somebody is a patient is for those who reach the patient: relations are no longer everyone's.

The other policies read `people_relation`, so its own policy cannot: whether the unit reaches the
patient is asked of a function that runs as the owner, who has a policy without that question.
"""

from django.db import migrations

from varde.base.rls import AT, PATIENT, TENANT, UNIT

FUNCTION = f"""
create function people_reached(patient uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, public as $$
begin
    return exists (select from people_relation r
        where r.{TENANT} and r.organisation_id = {UNIT} and r.patient_id = patient
          and r.period @> {AT});
end $$
"""
OWN = f"organisation_id = {UNIT}"
REACHED = "people_reached(patient_id)"
SEEN = f"{TENANT} and (({OWN} and period @> {AT}) or patient_id = {PATIENT} or {REACHED})"
WRITTEN = f"{TENANT} and ({OWN} or {REACHED})"  # its own first: a patient is let in by somebody


class Migration(migrations.Migration):
    dependencies = [("people", "0002_policies")]
    operations = [
        migrations.RunSQL(FUNCTION, "drop function people_reached(uuid)"),
        migrations.RunSQL("revoke all on function people_reached(uuid) from public", ""),
        migrations.RunSQL("grant execute on function people_reached(uuid) to varde_app", ""),
        migrations.RunSQL(
            "alter policy tenant on people_relation to varde_owner",
            "alter policy tenant on people_relation to varde_app, varde_owner",
        ),
        migrations.RunSQL(
            f"create policy reached on people_relation to varde_app"
            f" using ({SEEN}) with check ({WRITTEN})",
            "drop policy reached on people_relation",
        ),
    ]
