import varde.base.rows
import varde.base.tenancy
from django.db import migrations, models

from varde.base.rls import Secure


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0002_signature'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlanTemplate',
            fields=[
                ('id', models.UUIDField(default=varde.base.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField(default=varde.base.tenancy.current_tenant, editable=False)),
                ('key', models.CharField(max_length=40)),
                ('version', models.IntegerField()),
                ('content', models.JSONField()),
                ('published_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'key', 'version'), name='catalogue_plantemplate_once')],
            },
        ),
        Secure("PlanTemplate"),
    ]
