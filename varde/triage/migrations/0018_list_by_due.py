from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('triage', '0017_watch'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='item',
            name='triage_item_list',
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(condition=models.Q(('open', True)), fields=['tenant_id', 'unit_id', 'rank', 'due_at', 'since', 'id'], name='triage_item_list'),
        ),
    ]
