import varde.base.rows
import varde.base.tenancy
from varde.base.rls import Secure
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('base', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProgrammeVersion',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('key', models.CharField(max_length=40)),
                ('version', models.IntegerField()),
                ('content', models.JSONField()),
                ('published_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'key', 'version'), name='catalogue_programme_once')],
            },
        ),
        Secure("ProgrammeVersion"),
    ]
