import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import varde.base.rows
import varde.base.tenancy
from django.db import migrations, models

from varde.base.rls import Secure


class Migration(migrations.Migration):

    dependencies = [
        ('pathway', '0006_goalconversation'),
        ('people', '0008_programme_hours'),
        ('triage', '0020_own_numbers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('programmes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('starts_at', models.DateTimeField()),
                ('minutes', models.SmallIntegerField()),
                ('place', models.CharField(blank=True, max_length=200)),
                ('every_weeks', models.SmallIntegerField()),
                ('at', models.DateTimeField()),
                ('stage', models.CharField(default='convened', max_length=12)),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('current', models.UUIDField(null=True)),
                ('edition', models.IntegerField(default=0)),
                ('convened_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('department', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('ended_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('why', models.CharField(max_length=12)),
                ('question', models.TextField()),
                ('at', models.DateTimeField()),
                ('stage', models.CharField(default='waiting', max_length=12)),
                ('ended_at', models.DateTimeField(null=True)),
                ('before', models.UUIDField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('asked_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('asked_from', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('ended_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('invited', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('invited_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('meeting', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pathway.meeting')),
            ],
        ),
        migrations.CreateModel(
            name='Attendee',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('role', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('person', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('unit', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('meeting', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pathway.meeting')),
            ],
        ),
        migrations.CreateModel(
            name='Request',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('what', models.CharField(max_length=12)),
                ('source', models.CharField(max_length=16)),
                ('zone', models.SmallIntegerField()),
                ('question', models.TextField()),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('stage', models.CharField(default='asked', max_length=12)),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(null=True)),
                ('answered_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('ask', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.ask')),
                ('asked_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('asked_from', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('to', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='RoutineControl',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('name', models.CharField(max_length=120)),
                ('every_months', models.SmallIntegerField()),
                ('at', models.DateTimeField()),
                ('by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('department', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('what', models.CharField(max_length=12)),
                ('text', models.TextField()),
                ('due_on', models.DateField(null=True)),
                ('at', models.DateTimeField()),
                ('struck_at', models.DateTimeField(null=True)),
                ('by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('case', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pathway.case')),
                ('doctor', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('struck_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('task', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.task')),
                ('who', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('request', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pathway.request')),
                ('control', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pathway.routinecontrol')),
            ],
        ),
        migrations.CreateModel(
            name='ControlFact',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('state', models.CharField(max_length=12)),
                ('on', models.DateField()),
                ('why', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('control', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pathway.routinecontrol')),
            ],
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('starts_at', models.DateTimeField()),
                ('minutes', models.SmallIntegerField()),
                ('how', models.CharField(max_length=12)),
                ('at', models.DateTimeField()),
                ('taken_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('department', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
        ),
        migrations.AddField(
            model_name='request',
            name='slot',
            field=varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pathway.slot'),
        ),
        migrations.CreateModel(
            name='Support',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('kind', models.CharField(max_length=8)),
                ('settings', models.JSONField()),
                ('why', models.CharField(max_length=300)),
                ('how', models.CharField(max_length=12)),
                ('ordered_at', models.DateTimeField()),
                ('entered_at', models.DateTimeField()),
                ('period', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('ended_why', models.CharField(blank=True, max_length=300)),
                ('confirmed_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('ended_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('entered_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('entered_from', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('ordered_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('how', models.CharField(max_length=12)),
                ('on', models.DateField()),
                ('text', models.TextField()),
                ('next_on', models.DateField(null=True)),
                ('at', models.DateTimeField()),
                ('by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('unit', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['tenant_id', 'department_id', 'starts_at'], name='pathway_meeting_of'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(condition=models.Q(('stage', 'called-off'), _negated=True), fields=('tenant_id', 'department', 'starts_at'), name='pathway_meeting_once'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__range', (5, 480)), ('every_weeks__range', (0, 6))), name='pathway_meeting_long'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['tenant_id', 'patient_id', '-at'], name='pathway_case_patient'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['tenant_id', 'meeting_id'], name='pathway_case_meeting'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('stage', 'removed'), _negated=True), fields=('tenant_id', 'meeting', 'patient'), name='pathway_case_once'),
        ),
        migrations.AddConstraint(
            model_name='attendee',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'meeting', 'person'), name='pathway_attendee_once'),
        ),
        migrations.AddIndex(
            model_name='routinecontrol',
            index=models.Index(fields=['tenant_id', 'patient_id'], name='pathway_control_patient'),
        ),
        migrations.AddConstraint(
            model_name='routinecontrol',
            constraint=models.CheckConstraint(condition=models.Q(('every_months__range', (1, 60))), name='pathway_control_often'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['tenant_id', 'case_id'], name='pathway_decision_case'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['tenant_id', 'patient_id'], name='pathway_decision_patient'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('doctor__isnull', False), models.Q(('what__in', ('medication', 'limits', 'plan', 'oxygen', 'control')), _negated=True), _connector='OR'), name='pathway_decision_on_a_doctors_word'),
        ),
        migrations.AddIndex(
            model_name='controlfact',
            index=models.Index(fields=['tenant_id', 'control_id', '-at'], name='pathway_fact_control'),
        ),
        migrations.AddIndex(
            model_name='slot',
            index=models.Index(condition=models.Q(('taken_at__isnull', True), ('withdrawn_at__isnull', True)), fields=['tenant_id', 'department_id', 'starts_at'], name='pathway_slot_free'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('tenant_id', 'department', 'starts_at', 'how'), name='pathway_slot_once'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__range', (5, 240))), name='pathway_slot_long'),
        ),
        migrations.AddIndex(
            model_name='request',
            index=models.Index(condition=models.Q(('stage__in', ('asked', 'booked'))), fields=['tenant_id', 'to_id', 'due_at'], name='pathway_request_waits'),
        ),
        migrations.AddIndex(
            model_name='request',
            index=models.Index(fields=['tenant_id', 'patient_id', '-asked_at'], name='pathway_request_patient'),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.UniqueConstraint(condition=models.Q(('stage__in', ('asked', 'booked'))), fields=('tenant_id', 'patient', 'what', 'to'), name='pathway_request_one'),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'ask'), name='pathway_request_of_ask'),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.UniqueConstraint(condition=models.Q(('stage__in', ('booked', 'held', 'missed'))), fields=('tenant_id', 'slot'), name='pathway_request_one_in_a_slot'),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage__in', ('booked', 'held', 'missed')), _negated=True), ('slot__isnull', False), _connector='OR'), name='pathway_request_booked_has_a_time'),
        ),
        migrations.AddIndex(
            model_name='support',
            index=models.Index(fields=['tenant_id', 'patient_id'], name='pathway_support_patient'),
        ),
        migrations.AddIndex(
            model_name='support',
            index=models.Index(condition=models.Q(('confirmed_at__isnull', True)), fields=['tenant_id', 'ordered_by_id'], name='pathway_support_unconfirmed'),
        ),
        migrations.AddConstraint(
            model_name='support',
            constraint=models.UniqueConstraint(condition=models.Q(('period__endswith__isnull', True)), fields=('tenant_id', 'patient', 'kind'), name='pathway_support_one'),
        ),
        migrations.AddConstraint(
            model_name='support',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='pathway_support_confirmed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='support',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('how', 'here'), _negated=True), ('ordered_by', models.F('entered_by')), _connector='OR'), name='pathway_support_here_by_the_doctor'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['tenant_id', 'patient_id', '-on'], name='pathway_visit_patient'),
        ),
        Secure("Slot", grants="SELECT, INSERT, UPDATE (taken_at, withdrawn_at)"),
        Secure("Request", scope="patient", grants="SELECT, INSERT, UPDATE", history=True),
        Secure("RoutineControl", scope="patient", clock="SELECT (tenant_id, department_id)"),
        Secure("ControlFact", scope="patient"),
        Secure("Visit", scope="patient"),
        Secure("Support", scope="patient", grants="SELECT, INSERT, UPDATE", history=True),
        Secure(
            "Meeting",
            grants="SELECT, INSERT, UPDATE",
            clock="SELECT (tenant_id, department_id, stage)",
        ),
        Secure("Case", scope="patient", grants="SELECT, INSERT, UPDATE", history=True),
        Secure("Attendee"),
        Secure("Decision", scope="patient", grants="SELECT, INSERT, UPDATE", history=True),
    ]
