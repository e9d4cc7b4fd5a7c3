import django.db.models.deletion
import varde.base.rows
import varde.base.tenancy
from django.db import migrations, models

from varde.base.rls import Secure


class Migration(migrations.Migration):

    dependencies = [
        ('dialogue', '0002_policies'),
        ('people', '0008_programme_hours'),
    ]

    operations = [
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('kind', models.CharField(max_length=24)),
                ('text', models.TextField()),
                ('author_role', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('author', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('organisation', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'patient_id', '-at'], name='dialogue_letter_patient'), models.Index(fields=['tenant_id', 'organisation_id', '-at'], name='dialogue_letter_to')],
            },
        ),
        Secure("Letter", scope="patient"),
    ]
