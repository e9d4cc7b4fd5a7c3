import django.db.models.deletion
import varde.base.rows
import varde.base.tenancy
from django.db import migrations, models

from varde.base.rls import Secure


class Migration(migrations.Migration):

    dependencies = [
        ('pathway', '0005_own_follow_up'),
        ('people', '0008_programme_hours'),
    ]

    operations = [
        migrations.CreateModel(
            name='GoalConversation',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('how', models.CharField(max_length=12)),
                ('matters', models.TextField(blank=True)),
                ('habits', models.JSONField(default=dict)),
                ('needs', models.TextField(blank=True)),
                ('agreed', models.TextField()),
                ('at', models.DateTimeField()),
                ('by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('unit', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'patient_id', '-at'], name='pathway_goal_patient')],
            },
        ),
        Secure("GoalConversation", scope="patient"),
    ]
