from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0007_cluster'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='programme_hours',
            field=models.JSONField(default=dict),
        ),
    ]
