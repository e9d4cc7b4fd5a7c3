import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import varde.base.rows
import varde.base.tenancy
from varde.base.rls import Secure
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('base', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='StageEntry',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('stage', models.CharField(max_length=24)),
                ('period', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'patient_id'], name='pathway_stage_patient')],
            },
        ),
        Secure("StageEntry", scope="patient", grants="SELECT, INSERT, UPDATE", history=True),
        migrations.RunSQL("alter table pathway_stageentry add constraint pathway_stage_one exclude using gist (uuidrange(tenant_id, tenant_id, '[]') with =, uuidrange(patient_id, patient_id, '[]') with =, period with &&)", ""),
    ]
