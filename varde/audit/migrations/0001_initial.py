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
            name='Act',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('at', models.DateTimeField()),
                ('actor_id', models.UUIDField(null=True)),
                ('unit_id', models.UUIDField(null=True)),
                ('role', models.CharField(max_length=32)),
                ('verb', models.CharField(max_length=48)),
                ('patient_id', models.UUIDField(null=True)),
                ('object_kind', models.CharField(max_length=48)),
                ('object_id', models.UUIDField(null=True)),
                ('digest', models.BinaryField(max_length=32, null=True)),
                ('seal', models.BigIntegerField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('seal__isnull', True)), fields=['tenant_id', 'id'], name='audit_act_unsealed')],
            },
        ),
        migrations.CreateModel(
            name='History',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('at', models.DateTimeField()),
                ('actor_id', models.UUIDField(null=True)),
                ('table_name', models.CharField(max_length=63)),
                ('row_id', models.UUIDField()),
                ('row', models.JSONField()),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'table_name', 'row_id'], name='audit_history_row')],
            },
        ),
        migrations.CreateModel(
            name='Opening',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('at', models.DateTimeField()),
                ('person_id', models.UUIDField(null=True)),
                ('unit_id', models.UUIDField(null=True)),
                ('role', models.CharField(max_length=32)),
                ('patient_id', models.UUIDField()),
                ('what', models.CharField(max_length=32)),
                ('ground', models.CharField(max_length=32)),
                ('seal', models.BigIntegerField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'patient_id', '-at'], name='audit_opening_patient'), models.Index(condition=models.Q(('seal__isnull', True)), fields=['tenant_id', 'id'], name='audit_opening_unsealed')],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('number', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('rows', models.IntegerField()),
                ('digest', models.BinaryField(max_length=32)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'number'), name='audit_seal_number')],
            },
        ),
        Secure("Act", grants="INSERT", clock="SELECT, UPDATE (seal)"),
        Secure("Opening", scope="patient", clock="SELECT, UPDATE (seal)"),
        Secure("Seal", clock="SELECT, INSERT"),
        Secure("History", grants="INSERT"),
    ]
