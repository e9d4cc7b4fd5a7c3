import varde.triage.models
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
        ('measuring', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('rank', models.SmallIntegerField()),
                ('since', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField()),
                ('taken_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(null=True)),
                ('version', models.IntegerField(default=1)),
                ('open', models.BooleanField(default=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('taken_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('unit', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Handling',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('at', models.DateTimeField()),
                ('assessment', models.CharField(max_length=24)),
                ('acts', models.JSONField(default=list)),
                ('next_steps', models.JSONField(default=list)),
                ('note', models.TextField(blank=True)),
                ('reasons', models.JSONField(default=list)),
                ('by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('unit', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('item', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.item')),
            ],
        ),
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('taken_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('zone', models.SmallIntegerField()),
                ('reasons', models.JSONField()),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('report', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measuring.report')),
                ('supersedes', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.judgement')),
            ],
        ),
        migrations.CreateModel(
            name='Reason',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('kind', models.CharField(max_length=16)),
                ('zone', models.SmallIntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('about', models.JSONField(default=dict)),
                ('open', models.BooleanField(default=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=24)),
                ('item', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.item')),
                ('judgement', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.judgement')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='State',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('zone', models.SmallIntegerField()),
                ('since', models.DateTimeField()),
                ('taken_at', models.DateTimeField()),
                ('heard_at', models.DateTimeField()),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('kind', models.CharField(max_length=24)),
                ('about', models.JSONField(default=dict)),
                ('due_at', models.DateTimeField()),
                ('raised_at', models.DateTimeField()),
                ('raised', models.BooleanField(default=False)),
                ('done_at', models.DateTimeField(null=True)),
                ('done_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('unit', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Threshold',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('kind', models.SmallIntegerField()),
                ('alert_low', models.FloatField(null=True)),
                ('warning_low', models.FloatField(null=True)),
                ('warning_high', models.FloatField(null=True)),
                ('alert_high', models.FloatField(null=True)),
                ('ground', models.CharField(max_length=12)),
                ('standard', models.CharField(blank=True, max_length=40)),
                ('standard_version', models.IntegerField(null=True)),
                ('period', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('entered_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('ordered_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('verified_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(condition=models.Q(('open', True)), fields=['tenant_id', 'unit_id', 'rank', 'since', 'id'], name='triage_item_list'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.UniqueConstraint(condition=models.Q(('open', True)), fields=('tenant_id', 'patient_id'), name='triage_item_one_open'),
        ),
        migrations.AddIndex(
            model_name='handling',
            index=models.Index(fields=['tenant_id', 'patient_id', '-at'], name='triage_handling_patient'),
        ),
        migrations.AddIndex(
            model_name='handling',
            index=models.Index(condition=~models.Q(assessment='acknowledged'), fields=['tenant_id', 'patient_id', '-at'], name='triage_handling_acted'),
        ),
        migrations.AddIndex(
            model_name='judgement',
            index=models.Index(fields=['tenant_id', 'patient_id', '-taken_at'], name='triage_judgement_patient'),
        ),
        migrations.AddIndex(
            model_name='reason',
            index=models.Index(condition=models.Q(('open', True)), fields=['tenant_id', 'item_id'], name='triage_reason_open'),
        ),
        migrations.AddIndex(
            model_name='reason',
            index=models.Index(fields=['tenant_id', 'patient_id', '-at'], name='triage_reason_patient'),
        ),
        migrations.AddConstraint(
            model_name='state',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'patient_id'), name='triage_state_once'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['due_at'], name='triage_task_due'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['tenant_id', 'patient_id', 'due_at'], name='triage_task_patient'),
        ),
        migrations.AddConstraint(
            model_name='threshold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ground', 'standard'), ('standard__gt', ''), ('standard_version__isnull', False)), models.Q(('entered_by', models.F('ordered_by')), ('entered_by__isnull', False), ('ground', 'own'), ('ordered_by__isnull', False)), models.Q(('entered_by__isnull', False), ('ground', 'verified'), ('ordered_by__isnull', False), ('verified_by__isnull', False), models.Q(('verified_by', models.F('entered_by')), _negated=True)), models.Q(('entered_by__isnull', False), ('ground', 'emergency'), ('ordered_by__isnull', False)), _connector='OR'), name='triage_threshold_grounds'),
        ),
        migrations.AddConstraint(
            model_name='threshold',
            constraint=models.CheckConstraint(condition=models.Q(('alert_low__isnull', True), ('warning_low__isnull', True), ('alert_low__lte', models.F('warning_low')), _connector='OR'), name='triage_threshold_low_order'),
        ),
        migrations.AddConstraint(
            model_name='threshold',
            constraint=models.CheckConstraint(condition=models.Q(('alert_high__isnull', True), ('warning_high__isnull', True), ('warning_high__lte', models.F('alert_high')), _connector='OR'), name='triage_threshold_high_order'),
        ),
        migrations.AddConstraint(
            model_name='threshold',
            constraint=models.CheckConstraint(condition=varde.triage.models.SIDES, name='triage_threshold_sides'),
        ),
        Secure("Threshold", scope="patient", grants="SELECT, INSERT, UPDATE", history=True),
        Secure("Judgement", scope="patient"),
        Secure("State", scope="patient", grants="SELECT, INSERT, UPDATE"),
        Secure("Item", scope="patient", grants="SELECT, INSERT, UPDATE", history=True, clock="SELECT (id, tenant_id, unit_id, patient_id, rank, since, due_at, taken_by_id, taken_at, open)"),
        Secure("Reason", scope="patient", grants="SELECT, INSERT, UPDATE", history=True),
        Secure("Handling", scope="patient"),
        Secure("Task", scope="patient", grants="SELECT, INSERT, UPDATE", history=True, clock="SELECT (id, tenant_id, unit_id, patient_id, due_at, done_at, raised)"),
        migrations.RunSQL("alter table triage_threshold add constraint triage_threshold_one exclude using gist (uuidrange(tenant_id, tenant_id, '[]') with =, uuidrange(patient_id, patient_id, '[]') with =, int4range(kind::int, kind::int, '[]') with =, period with &&)", ""),
    ]
