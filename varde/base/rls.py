"""Row-level security: one migration operation that makes a table a tenant's table.

It gives the table the key (tenant_id, id), foreign keys within the tenant, forced row-level
security, just the grants it needs, and, when asked, history by trigger. ADR 3 says why.
"""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

TENANT = "tenant_id = (select current_setting('varde.tenant')::uuid)"
UNIT = "nullif(current_setting('varde.unit', true), '')::uuid"
PATIENT = "nullif(current_setting('varde.patient', true), '')::uuid"
AT = "coalesce(nullif(current_setting('varde.at', true), '')::timestamptz, now())"


def reaches(patient: str) -> str:
    """The unit has a relation to the patient now, or the patient is the one signed in.

    `patient` names its table: a bare `patient_id` would be the relation's own, and any relation
    would open every record. A value and not `exists`, so that each row is looked up in the index
    and nobody reads all the unit's relations for one patient. The settings are read where they are
    needed and not each in a `select` of its own: most statements are about one patient, and what
    starts and ends once for every statement costs them more than what is read for each row.
    """
    table, _, _ = patient.partition(".")
    assert table and table != patient, patient
    return f"""({patient} = {PATIENT} or (
        select true from people_relation r
        where r.tenant_id = {table}.tenant_id and r.organisation_id = {UNIT}
          and r.patient_id = {patient} and r.period @> {AT}
        limit 1))"""


class Secure(Operation):
    """Make `model`'s table a tenant table; `model` may name its app too, as «triage.Item».

    scope: "tenant" (everyone signed in to the cooperation) or "patient" (relation needed);
    patient: the column that names the patient; columns of SQL in `also` widen what may be read.
    clock: SQL privileges for `varde_clock` with its own policy, e.g. "SELECT, UPDATE (state)".
    """

    reduces_to_sql = True
    reversible = True

    def __init__(
        self,
        model: str,
        *,
        scope: str = "tenant",
        patient: str = "patient_id",
        grants: str = "SELECT, INSERT",
        clock: str = "",
        also: str = "",
        history: bool = False,
    ) -> None:
        self.model, self.scope, self.patient = model, scope, patient
        self.grants, self.clock, self.also, self.history = grants, clock, also, history

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        names = ("scope", "patient", "grants", "clock", "also", "history")
        return type(self).__name__, [self.model], {name: getattr(self, name) for name in names}

    def state_forwards(self, app_label: str, state: Any) -> None: ...

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, _from: Any, to_state: Any
    ) -> None:
        app, _, name = self.model.rpartition(".")
        model = to_state.apps.get_model(app or app_label, name)
        for statement in self.statements(model, to_state.apps):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, _from: Any, to_state: Any
    ) -> None:
        """Undone by dropping the table, which the reversed CreateModel does."""

    def describe(self) -> str:
        return f"Secure {self.model} ({self.scope})"

    def statements(self, model: type[models.Model], apps: Apps) -> list[str]:
        table = model._meta.db_table
        return [
            *_keys(model, table),
            f"alter table {table} enable row level security",
            f"alter table {table} force row level security",
            f"create policy tenant on {table} to varde_app, varde_owner"
            f" using ({self._using(table)}) with check ({self._using(table)})",
            f"grant {self.grants} on {table} to varde_app",
            *self._for_clock(table),
            *(_history(table) if self.history else []),
        ]

    def _using(self, table: str) -> str:
        if self.scope == "tenant":
            return TENANT
        widened = f" or {self.also}" if self.also else ""
        return f"{TENANT} and ({reaches(f'{table}.{self.patient}')}{widened})"

    def _for_clock(self, table: str) -> list[str]:
        if not self.clock:
            return []
        return [
            f"create policy clock on {table} to varde_clock using (true) with check (true)",
            f"grant {self.clock} on {table} to varde_clock",
        ]


class Resecure(Secure):
    """Make the policy of a table that is secured already anew, as `Secure` makes it now."""

    def describe(self) -> str:
        return f"Resecure {self.model} ({self.scope})"

    def statements(self, model: type[models.Model], apps: Apps) -> list[str]:
        using = self._using(model._meta.db_table)
        return [
            f"alter policy tenant on {model._meta.db_table} using ({using}) with check ({using})"
        ]


def _keys(model: type[models.Model], table: str) -> list[str]:
    made = [
        f"alter table {table} drop constraint {table}_pkey",
        f"alter table {table} add constraint {table}_pkey primary key (tenant_id, id)",
    ]
    for field in model._meta.local_fields:
        if isinstance(field, models.ForeignKey):
            other = field.remote_field.model._meta.db_table
            made.append(
                f"alter table {table} add constraint {table}_{field.column}_fk"
                f" foreign key (tenant_id, {field.column}) references {other} (tenant_id, id)"
                " deferrable initially immediate"
            )
    return made


def _history(table: str) -> list[str]:
    return [
        f"create trigger history_{event} after {event} on {table}"
        f" referencing {rows} for each statement execute function varde_history_{event}()"
        for event, rows in (
            ("insert", "new table as new_rows"),
            ("update", "old table as old_rows new table as new_rows"),
        )
    ]


class Share(Operation):
    """Give the application (and the clock) rights to a table of the directory."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, *, app: str, clock: str = "") -> None:
        self.table, self.app, self.clock = table, app, clock

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table], {"app": self.app, "clock": self.clock}

    def state_forwards(self, app_label: str, state: Any) -> None: ...

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, _from: Any, _to: Any
    ) -> None:
        schema_editor.execute(f"grant {self.app} on {self.table} to varde_app", params=None)
        if self.clock:
            schema_editor.execute(f"grant {self.clock} on {self.table} to varde_clock", params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, _from: Any, _to: Any
    ) -> None:
        """Undone by dropping the table."""

    def describe(self) -> str:
        return f"Share {self.table}"
