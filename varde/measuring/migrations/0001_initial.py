import django.contrib.postgres.fields
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
            name='Source',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('kind', models.CharField(max_length=16)),
                ('name', models.CharField(max_length=80)),
                ('token_id', models.UUIDField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'kind', 'name'), name='measuring_source_once')],
            },
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('programme', models.CharField(max_length=40)),
                ('version', models.IntegerField()),
                ('service_model', models.SmallIntegerField(default=1)),
                ('weekday', models.SmallIntegerField(default=0)),
                ('period', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('unit', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'patient_id'], name='measuring_enrolment_patient')],
            },
        ),
        migrations.CreateModel(
            name='Expectation',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('day', models.DateField()),
                ('opens_at', models.DateTimeField()),
                ('deadline', models.DateTimeField()),
                ('parts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ('came', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('state', models.CharField(default='open', max_length=12)),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('unit', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['deadline'], name='measuring_expectation_due'), models.Index(condition=models.Q(('state', 'open')), fields=['tenant_id', 'patient_id', 'opens_at'], name='measuring_expectation_open')],
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'patient_id', 'day'), name='measuring_expectation_day')],
            },
        ),
        migrations.CreateModel(
            name='HabitualValue',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('kind', models.SmallIntegerField()),
                ('value', models.FloatField()),
                ('basis', models.CharField(max_length=32)),
                ('since', models.DateTimeField()),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'patient_id', 'kind'), name='measuring_habitual_once')],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('taken_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('answers', models.JSONField(default=dict)),
                ('comment', models.TextField(blank=True)),
                ('digest', models.BinaryField(max_length=16)),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('source', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measuring.source')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'patient_id', '-taken_at'], name='measuring_report_patient')],
            },
        ),
        migrations.CreateModel(
            name='Observation',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('taken_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('value', models.FloatField()),
                ('kind', models.SmallIntegerField()),
                ('zone', models.SmallIntegerField()),
                ('flags', models.SmallIntegerField(default=0)),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('source', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measuring.source')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'patient_id', 'kind', '-taken_at'], name='measuring_observation_series')],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('observation_id', models.UUIDField()),
                ('replaced_by', models.UUIDField(null=True)),
                ('at', models.DateTimeField()),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('source', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measuring.source')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'patient_id', 'observation_id'], name='measuring_correction_row')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('started_at', models.DateTimeField()),
                ('content', models.JSONField(default=dict)),
                ('sent_at', models.DateTimeField(null=True)),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('sent_at__isnull', True)), fields=('tenant_id', 'patient_id'), name='measuring_draft_one')],
            },
        ),
        Secure("Draft", scope="patient", grants="SELECT, INSERT, UPDATE"),
        Secure("Source"),
        Secure("Enrolment", scope="patient", grants="SELECT, INSERT, UPDATE", history=True),
        Secure("Report", scope="patient"),
        Secure("Observation", scope="patient"),
        Secure("Correction", scope="patient"),
        Secure("HabitualValue", scope="patient", grants="SELECT, INSERT, UPDATE", history=True),
        Secure("Expectation", scope="patient", grants="SELECT, INSERT, UPDATE", clock="SELECT (id, tenant_id, unit_id, patient_id, deadline, state)"),
    ]
