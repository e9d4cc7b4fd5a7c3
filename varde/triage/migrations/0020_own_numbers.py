from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('triage', '0019_on_an_order'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='orderedrule',
            name='triage_orderedrule_once',
        ),
        migrations.AlterField(
            model_name='orderedrule',
            name='rule',
            field=models.CharField(max_length=200),
        ),
        migrations.AddConstraint(
            model_name='orderedrule',
            constraint=models.UniqueConstraint(models.F('tenant_id'), models.F('patient_id'), models.Func(models.F('rule'), models.Value('?'), models.Value(1), function='split_part'), condition=models.Q(('period__endswith__isnull', True)), name='triage_orderedrule_once'),
        ),
    ]
