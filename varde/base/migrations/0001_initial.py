"""The ground: a range of uuid for exclusions without extensions, history by trigger, sessions."""

from django.db import migrations, models

from varde.base.rls import Share

HISTORY = """
create function varde_history_{event}() returns trigger language plpgsql as $$
begin
    insert into audit_history (id, tenant_id, at, actor_id, table_name, row_id, row)
    select gen_random_uuid(), n.tenant_id, now(),
           nullif(current_setting('varde.actor', true), '')::uuid, tg_table_name, n.id, to_jsonb(n)
    from new_rows n;
    return null;
end $$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("sessions", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "create type uuidrange as range (subtype = uuid)", "drop type uuidrange"
        ),
        migrations.RunSQL(
            HISTORY.format(event="insert"), "drop function varde_history_insert()"
        ),
        migrations.RunSQL(
            HISTORY.format(event="update"), "drop function varde_history_update()"
        ),
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("task", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("succeeded_at", models.DateTimeField()),
            ],
        ),
        Share("base_stamp", app="SELECT, INSERT, UPDATE"),
        Share("django_migrations", app="SELECT"),
        Share("django_session", app="SELECT, INSERT, UPDATE, DELETE"),
    ]
