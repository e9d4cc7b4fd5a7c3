"""Every write about persons, organisations, roles and relations."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from varde.base.periods import until
from varde.base.rows import new_id
from varde.base.tenancy import current, current_tenant
from varde.core.access import Ground, Role
from varde.people.action import Done, action
from varde.people.models import (
    Assignment,
    Consent,
    Cooperation,
    Identity,
    LocalPassword,
    NextOfKin,
    Organisation,
    Person,
    Relation,
    Responsibility,
    Token,
)
from varde.people.search import search_key
from varde.people.viewer import Viewer

LATER = "set constraints all deferred"  # a person and the row that grants access come together


def found_cooperation(*, key: str, name: str, zone: str = "Europe/Oslo") -> Cooperation:
    """A new tenant. Outside the tenants, so no viewer: only `varde` on the server calls it."""
    return Cooperation.objects.create(key=key, name=name, zone=zone)


@action("set-up")
def add_organisation(
    *,
    name: str,
    kind: str,
    orgnr: str,
    phone: str,
    by: Viewer,
    at: datetime,
    hours: dict[str, list[str]] | None = None,
    cluster: str = "",
    within: UUID | None = None,
) -> Done[Organisation]:
    """`within`: the municipality it is of; its home care comes to those who live there."""
    made = Organisation.objects.create(
        name=name, kind=kind, orgnr=orgnr, phone=phone, hours=hours or {}, cluster=cluster,
        within_id=within,
    )  # fmt: skip
    return Done(made, kind="organisation", object_id=made.id)


@action("add-person")
def add_staff(
    *,
    national_id: str,
    given: str,
    family: str,
    role: Role,
    organisation: UUID,
    phone: str = "",
    by: Viewer,
    at: datetime,
) -> Done[Person]:
    """A person with a role; staff are visible to everyone who works in the cooperation."""
    person = _person(national_id, given, family, None, phone)
    with connection.cursor() as cursor:
        cursor.execute(LATER)
    period = DateTimeTZRange(at, None)
    Assignment.objects.create(
        person_id=person.id, organisation_id=organisation, role=role, period=period
    )
    person.save(force_insert=True)
    return Done(person, kind="person", object_id=person.id)


@action("add-person")
def add_patient(
    *,
    national_id: str,
    given: str,
    family: str,
    born: date,
    phone: str,
    relations: list[tuple[UUID, Ground]],
    by: Viewer,
    at: datetime,
    language: str = "",
) -> Done[Person]:
    """A patient with every ground for access that holds from the start.

    The acting unit's own is among them, and written first: through it the others may be.
    """
    person = _person(national_id, given, family, born, phone)
    person.language = language
    with connection.cursor() as cursor:
        cursor.execute(LATER)
    period = DateTimeTZRange(at, None)
    own = current().unit
    for which in (True, False):
        Relation.objects.bulk_create(
            Relation(patient_id=person.id, organisation_id=unit, ground=ground, period=period)
            for unit, ground in relations
            if (unit == own) is which
        )
    person.save(force_insert=True)
    return Done(person, patient=person.id, kind="person", object_id=person.id)


def _person(national_id: str, given: str, family: str, born: date | None, phone: str) -> Person:
    return Person(
        national_id=national_id,
        given=given,
        family=family,
        search_name=search_key(f"{family} {given}"),
        search_given=search_key(f"{given} {family}"),
        born=born,
        phone=phone,
    )


@action("enrol")
def name_responsible(
    *, patient: UUID, doctor: UUID, organisation: UUID, by: Viewer, at: datetime
) -> Done[Responsibility]:
    """From now, and no other: who was responsible before is so no more."""
    found = _open_responsibility(patient)
    later = [one.period.lower + timedelta(milliseconds=1) for one in found]  # named meanwhile
    row = _instead_of(found, patient, doctor, organisation, max([at, *later]), chosen=True)
    return Done(row, patient=patient, kind="responsibility", object_id=row.id)


@action("enrol")
def name_by_rule(
    *, patient: UUID, doctor: UUID, organisation: UUID, by: Viewer, at: datetime
) -> Done[Responsibility | None]:
    """Whom the rule means, in the place of whom it meant before; None when a person has said who
    meanwhile, or it has been reckoned by a later clock."""
    found = _open_responsibility(patient)
    if any(one.chosen or one.period.lower >= at for one in found):
        return Done(None, patient=patient, kind="responsibility")
    row = _instead_of(found, patient, doctor, organisation, at, chosen=False)
    return Done(row, patient=patient, kind="responsibility", object_id=row.id)


def _open_responsibility(patient: UUID) -> list[Responsibility]:
    """Who is responsible until another is named, with the patient held: two at once leave one."""
    list(Person.objects.select_for_update(no_key=True).filter(id=patient).values_list("id"))
    return list(Responsibility.objects.filter(patient_id=patient, period__endswith__isnull=True))


def _instead_of(
    found: Sequence[Responsibility], patient: UUID, doctor: UUID, organisation: UUID, at: datetime,
    *, chosen: bool,
) -> Responsibility:  # fmt: skip
    for before in found:
        before.period = until(before.period, at)
        before.save(update_fields=["period"])
    return Responsibility.objects.create(
        patient_id=patient, doctor_id=doctor, organisation_id=organisation, chosen=chosen,
        period=DateTimeTZRange(at, None),
    )  # fmt: skip


@action("enrol")
def add_next_of_kin(
    *, patient: UUID, name: str, relationship: str, phone: str, by: Viewer, at: datetime
) -> Done[NextOfKin]:
    row = NextOfKin.objects.create(
        patient_id=patient, name=name, relationship=relationship, phone=phone
    )
    return Done(row, patient=patient, kind="next-of-kin", object_id=row.id)


@action("enrol")
def give_consent(*, patient: UUID, kind: str, by: Viewer, at: datetime) -> Done[Consent]:
    row = Consent.objects.create(patient_id=patient, kind=kind, given_at=at)
    return Done(row, patient=patient, kind="consent", object_id=row.id)


def add_identity(*, issuer: str, subject: str, person: UUID) -> Identity:
    return Identity.objects.create(
        issuer=issuer, subject=subject, tenant_id=current_tenant(), person_id=person
    )


def set_password(*, username: str, password: str) -> None:
    LocalPassword.objects.update_or_create(
        username=username, defaults={"password": make_password(password)}
    )


def issue_token(
    *,
    name: str,
    tenant: UUID,
    unit: UUID,
    scope: str,
    at: datetime,
    days: int | None = None,
) -> tuple[Token, str]:
    """The token's row and the secret, which is shown once and kept only as its SHA-256."""
    secret = f"varde_{secrets.token_urlsafe(32)}"
    row = Token.objects.create(
        id=new_id(),
        name=name,
        digest=digest_of(secret),
        tenant_id=tenant,
        unit_id=unit,
        scope=scope,
        created_at=at,
        expires_at=at + timedelta(days=days) if days else None,
    )
    return row, secret


def digest_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def revoke_tokens(*, name: str, tenant: UUID, at: datetime) -> int:
    """Every live token of this name in the cooperation stops working; how many there were."""
    live = Token.objects.filter(name=name, tenant_id=tenant, revoked_at__isnull=True)
    return live.update(revoked_at=at)


def speak(language: str, *, by: Viewer) -> None:
    """The language the person is to be met in, from now on and on every device."""
    Person.objects.filter(id=by.actor).update(language=language)


_COUNT = """
insert into people_attempt (key, minute, count) values (%s, date_trunc('minute', %s), 1)
on conflict (key, minute) do update set count = people_attempt.count + 1
returning count
"""


def count_attempt(key: str, *, at: datetime) -> int:
    """How often this door has been tried in this minute, this time counted."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, at])
        return int(cursor.fetchone()[0])


# How long what is only about signing in is kept (decisions 1.9).
RETENTION = {"people_attempt": timedelta(days=1), "django_session": timedelta(0)}
_FORGET = {
    "people_attempt": "delete from people_attempt where minute < %s",
    "django_session": "delete from django_session where expire_date < %s",
}


def forget_traces(*, at: datetime) -> int:
    """Deletes attempts and sessions whose time is over; how many."""
    n = 0
    with connection.cursor() as cursor:
        for table, kept in RETENTION.items():
            cursor.execute(_FORGET[table], [at - kept])
            n += cursor.rowcount
    return n
