import django.db.models.deletion
import varde.base.rows
import varde.base.tenancy
from django.db import migrations, models

from varde.base.rls import Secure


# What has been in force stays as it was approved: a change is a new version.
KEPT = """
create function plan_kept() returns trigger language plpgsql as $$
begin
  if (new.content, new.limits, new.usual, new.rules, new.version, new.approved_by_id,
      new.approved_at, new.patient_id) is distinct from
     (old.content, old.limits, old.usual, old.rules, old.version, old.approved_by_id,
      old.approved_at, old.patient_id) then
    raise exception 'A plan that has been in force is never changed' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger plan_kept before update on plan_plan for each row
when (old.version is not null) execute function plan_kept();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0008_programme_hours'),
    ]

    operations = [
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('stage', models.CharField(default='draft', max_length=12)),
                ('edition', models.IntegerField(default=1)),
                ('version', models.IntegerField(null=True)),
                ('content', models.JSONField()),
                ('language', models.CharField(default='nb', max_length=5)),
                ('drafted_role', models.CharField(max_length=32)),
                ('drafted_at', models.DateTimeField()),
                ('edited_at', models.DateTimeField()),
                ('proposed_at', models.DateTimeField(null=True)),
                ('returned_at', models.DateTimeField(null=True)),
                ('returned_why', models.TextField(blank=True)),
                ('approved_role', models.CharField(blank=True, max_length=32)),
                ('approved_at', models.DateTimeField(null=True)),
                ('limits', models.JSONField(null=True)),
                ('usual', models.JSONField(default=dict)),
                ('rules', models.JSONField(default=list)),
                ('review_on', models.DateField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_why', models.TextField(blank=True)),
                ('approved_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('approved_for', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('asked', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('drafted_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('edited_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('ended_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('organisation', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('proposed_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('returned_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='Course',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('medication', models.CharField(max_length=40)),
                ('drug', models.CharField(max_length=700)),
                ('use', models.CharField(max_length=12)),
                ('started_on', models.DateField()),
                ('number', models.IntegerField()),
                ('zone', models.SmallIntegerField()),
                ('asked', models.BooleanField()),
                ('role', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('struck_at', models.DateTimeField(null=True)),
                ('by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('struck_by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('plan', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plan.plan')),
            ],
        ),
        migrations.CreateModel(
            name='Copy',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('ground', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('organisation', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('plan', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plan.plan')),
            ],
        ),
        migrations.CreateModel(
            name='Tick',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('day', models.DateField()),
                ('zone', models.SmallIntegerField()),
                ('step', models.CharField(max_length=120)),
                ('text', models.CharField(max_length=700)),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('plan', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plan.plan')),
            ],
        ),
        migrations.CreateModel(
            name='Training',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('whom', models.CharField(max_length=12)),
                ('understood', models.BooleanField()),
                ('note', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('plan', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plan.plan')),
            ],
        ),
        migrations.CreateModel(
            name='Input',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('kind', models.CharField(max_length=12)),
                ('goals', models.TextField(blank=True)),
                ('needs', models.TextField(blank=True)),
                ('text', models.TextField(blank=True)),
                ('of', models.CharField(blank=True, max_length=120)),
                ('dated', models.DateField(null=True)),
                ('role', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('by', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'patient_id', '-at'], name='plan_input_of')],
            },
        ),
        migrations.AddIndex(
            model_name='plan',
            index=models.Index(fields=['tenant_id', 'patient_id', '-drafted_at'], name='plan_plan_of'),
        ),
        migrations.AddIndex(
            model_name='plan',
            index=models.Index(condition=models.Q(('stage', 'proposed')), fields=['tenant_id', 'asked_id'], name='plan_plan_asked'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.UniqueConstraint(condition=models.Q(('stage', 'approved')), fields=('tenant_id', 'patient_id'), name='plan_plan_one_in_force'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.UniqueConstraint(condition=models.Q(('stage__in', ('draft', 'proposed'))), fields=('tenant_id', 'patient_id'), name='plan_plan_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.UniqueConstraint(condition=models.Q(('version__isnull', False)), fields=('tenant_id', 'patient_id', 'version'), name='plan_plan_version'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('stage__in', ('draft', 'proposed', 'dropped')), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), ('approved_role__in', ('gp', 'specialist')), ('limits__isnull', False), ('version__isnull', False)), _connector='OR'), name='plan_plan_approved'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage', 'proposed'), _negated=True), models.Q(('asked__isnull', False), ('proposed_at__isnull', False), ('proposed_by__isnull', False)), _connector='OR'), name='plan_plan_proposed'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('stage__in', ('draft', 'proposed', 'approved')), ('ended_at__isnull', False), _connector='OR'), name='plan_plan_ended'),
        ),
        migrations.AddIndex(
            model_name='course',
            index=models.Index(fields=['tenant_id', 'patient_id', '-started_on'], name='plan_course_of'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.UniqueConstraint(condition=models.Q(('struck_at__isnull', True)), fields=('tenant_id', 'patient_id', 'medication', 'started_on'), name='plan_course_once'),
        ),
        migrations.AddIndex(
            model_name='copy',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['tenant_id', 'patient_id', 'organisation_id'], name='plan_copy_held'),
        ),
        migrations.AddConstraint(
            model_name='copy',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'plan_id', 'organisation_id'), name='plan_copy_once'),
        ),
        migrations.AddIndex(
            model_name='tick',
            index=models.Index(fields=['tenant_id', 'patient_id', '-day'], name='plan_tick_of'),
        ),
        migrations.AddConstraint(
            model_name='tick',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('tenant_id', 'patient_id', 'day', 'step'), name='plan_tick_once'),
        ),
        migrations.AddIndex(
            model_name='training',
            index=models.Index(fields=['tenant_id', 'plan_id'], name='plan_training_of'),
        ),
        Secure("Plan", scope="patient", grants="SELECT, INSERT, UPDATE", history=True),
        Secure("Input", scope="patient"),
        Secure("Copy", scope="patient", grants="SELECT, INSERT, UPDATE (ended_at)"),
        Secure("Training", scope="patient"),
        Secure("Tick", scope="patient", grants="SELECT, INSERT, UPDATE (undone_at)"),
        Secure("Course", scope="patient", grants="SELECT, INSERT, UPDATE (struck_at, struck_by_id)"),
        migrations.RunSQL(KEPT, "drop function plan_kept cascade"),
    ]
