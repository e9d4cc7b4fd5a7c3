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
            name='Message',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('from_patient', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('text', models.TextField()),
                ('read_at', models.DateTimeField(null=True)),
                ('author', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('read_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'patient_id', '-at'], name='dialogue_message_patient')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('author_role', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('text', models.TextField()),
                ('read_at', models.DateTimeField(null=True)),
                ('author', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('organisation', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('read_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'patient_id', '-at'], name='dialogue_note_patient')],
            },
        ),
        Secure("Note", scope="patient", grants="SELECT, INSERT, UPDATE", history=True),
        Secure("Message", scope="patient", grants="SELECT, INSERT, UPDATE", history=True),
    ]
