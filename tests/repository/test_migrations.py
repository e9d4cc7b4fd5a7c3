"""Migrations are one line of history for each app, and say all that the models say."""

from collections import Counter

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import CreateModel

from tests.repository.house import our_models, tenant_models
from varde.base.rls import Secure

OURS = {model._meta.app_label for model in our_models()}


def test_each_app_has_one_leaf() -> None:
    leaves = Counter(app for app, _name in MigrationLoader(None).graph.leaf_nodes())
    assert {app: n for app, n in leaves.items() if app in OURS} == dict.fromkeys(OURS, 1)


def test_each_migration_builds_on_the_one_before() -> None:
    graph = MigrationLoader(None).graph
    for node in graph.nodes:
        if node[0] in OURS:
            children = [child.key for child in graph.node_map[node].children]
            after = [key for key in children if key[0] == node[0]]
            assert len(after) <= 1, f"{node} is followed by {after}"


@pytest.mark.usefixtures("migrated")
def test_the_models_have_no_change_that_no_migration_makes() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_tenant_table_is_secured_where_it_is_made() -> None:
    """In the same migration: there is no moment at which the table stands open."""
    made, secured = {}, {}
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        for operation in migration.operations if app in OURS else ():
            if isinstance(operation, CreateModel):
                made[app, operation.name.lower()] = name
            if type(operation) is Secure:
                secured[app, operation.model.lower()] = name
    tenants = {(m._meta.app_label, m._meta.model_name) for m in tenant_models()}
    assert {key: name for key, name in made.items() if key in tenants} == secured
