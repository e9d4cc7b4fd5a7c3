import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import varde.base.rows
import varde.base.tenancy
from varde.base.rls import Secure, Share
from django.db import migrations, models


STAFF = """exists (select 1 from people_assignment a where a.tenant_id = people_person.tenant_id
    and a.person_id = people_person.id)"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('base', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cooperation',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=120)),
                ('zone', models.CharField(default='Europe/Oslo', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='LocalPassword',
            fields=[
                ('username', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('password', models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='Token',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('tenant_id', models.UUIDField()),
                ('unit_id', models.UUIDField()),
                ('scope', models.CharField(default='read write', max_length=80)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64)),
                ('minute', models.DateTimeField()),
                ('count', models.IntegerField(default=1)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key', 'minute'), name='people_attempt_once')],
            },
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('issuer', models.CharField(max_length=200)),
                ('subject', models.CharField(max_length=200)),
                ('tenant_id', models.UUIDField()),
                ('person_id', models.UUIDField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('issuer', 'subject', 'tenant_id', 'person_id'), name='people_identity_once')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(max_length=32)),
                ('orgnr', models.CharField(max_length=9)),
                ('phone', models.CharField(blank=True, max_length=20)),
                ('hours', models.JSONField(default=dict)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'orgnr'), name='people_organisation_orgnr')],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('national_id', models.CharField(max_length=11)),
                ('given', models.CharField(max_length=80)),
                ('family', models.CharField(max_length=80)),
                ('search_name', models.CharField(db_collation='C', max_length=170)),
                ('search_given', models.CharField(db_collation='C', max_length=170)),
                ('born', models.DateField(null=True)),
                ('phone', models.CharField(blank=True, max_length=20)),
                ('language', models.CharField(default='nb', max_length=5)),
                ('died_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'search_name'], name='people_person_search'), models.Index(fields=['tenant_id', 'search_given'], name='people_person_given'), models.Index(fields=['tenant_id', 'phone'], name='people_person_phone')],
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'national_id'), name='people_person_national_id')],
            },
        ),
        migrations.CreateModel(
            name='NextOfKin',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('name', models.CharField(max_length=120)),
                ('relationship', models.CharField(max_length=40)),
                ('phone', models.CharField(max_length=20)),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'patient_id'], name='people_kin_patient')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('kind', models.CharField(max_length=32)),
                ('given_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'patient_id'], name='people_consent_patient')],
                'constraints': [models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), ('withdrawn_at__gte', models.F('given_at')), _connector='OR'), name='people_consent_order')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('role', models.CharField(max_length=32)),
                ('period', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('organisation', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('person', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'person_id'], name='people_assignment_person')],
            },
        ),
        migrations.CreateModel(
            name='Relation',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('ground', models.CharField(max_length=32)),
                ('period', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('organisation', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('person', varde.base.rows.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'patient_id', 'organisation_id'], name='people_relation_reach'), models.Index(fields=['tenant_id', 'organisation_id', 'patient_id'], name='people_relation_list')],
                'constraints': [models.CheckConstraint(condition=models.Q(('organisation__isnull', True), ('person__isnull', True), _connector='XOR'), name='people_relation_one_party')],
            },
        ),
        migrations.CreateModel(
            name='Responsibility',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('period', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('doctor', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('organisation', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('patient', varde.base.rows.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'patient_id'], name='people_responsibility_patient')],
            },
        ),
        Share("people_cooperation", app="SELECT, INSERT", clock="SELECT"),
        Share("people_identity", app="SELECT, INSERT"),
        Share("people_localpassword", app="SELECT, INSERT, UPDATE"),
        Share("people_token", app="SELECT, INSERT, UPDATE (revoked_at)"),
        Share("people_attempt", app="SELECT, INSERT, UPDATE, DELETE"),
        Secure("Organisation", grants="SELECT, INSERT, UPDATE"),
        Secure("Person", scope="patient", patient="id", grants="SELECT, INSERT, UPDATE", history=True, also=STAFF),
        Secure("Assignment", grants="SELECT, INSERT, UPDATE", history=True),
        Secure("Relation", grants="SELECT, INSERT, UPDATE", history=True),
        Secure("Responsibility", scope="patient", grants="SELECT, INSERT, UPDATE", history=True),
        Secure("NextOfKin", scope="patient", grants="SELECT, INSERT, UPDATE", history=True),
        Secure("Consent", scope="patient", grants="SELECT, INSERT, UPDATE", history=True),
        migrations.RunSQL("alter table people_responsibility add constraint people_responsibility_one exclude using gist (uuidrange(tenant_id, tenant_id, '[]') with =, uuidrange(patient_id, patient_id, '[]') with =, period with &&)", ""),
    ]
