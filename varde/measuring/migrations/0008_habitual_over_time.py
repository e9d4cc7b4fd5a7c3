from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('measuring', '0007_habitual_said'),
    ]

    operations = [
        migrations.AddField(
            model_name='habitualvalue',
            name='until',
            field=models.DateTimeField(null=True),
        ),
        migrations.RemoveConstraint(
            model_name='habitualvalue',
            name='measuring_habitual_once',
        ),
        migrations.AddConstraint(
            model_name='habitualvalue',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('tenant_id', 'patient_id', 'kind'), name='measuring_habitual_now'),
        ),
    ]
