"""A patient may let in whom she asks: a relation on that ground, to herself alone."""

from django.db import migrations

from varde.base.rls import PATIENT, TENANT, UNIT

WRITTEN = f"organisation_id = {UNIT} or people_reached(patient_id)"
ASKED = f"(patient_id = {PATIENT} and ground = 'request')"


class Migration(migrations.Migration):
    dependencies = [("people", "0008_programme_hours")]
    operations = [
        migrations.RunSQL(
            f"alter policy reached on people_relation"
            f" with check ({TENANT} and ({WRITTEN} or {ASKED}))",
            f"alter policy reached on people_relation with check ({TENANT} and ({WRITTEN}))",
        ),
    ]
