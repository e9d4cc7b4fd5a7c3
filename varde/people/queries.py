"""Reading about persons, organisations and relations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.db.models import Q, QuerySet

from varde.base.tenancy import current
from varde.core.access import Ground, Role
from varde.people.models import (
    Assignment,
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
from varde.people.search import prefix_end, search_key
from varde.people.viewer import Viewer


def visible_to(viewer: Viewer, *, at: datetime) -> QuerySet[Person]:
    """Patients this viewer may reach: the application's own wall, before row-level security."""
    if viewer.role is Role.PATIENT:
        return Person.objects.filter(tenant_id=viewer.tenant, id=viewer.actor)
    reached = reachable(viewer, at=at)
    return Person.objects.filter(tenant_id=viewer.tenant, id__in=reached.values("patient_id"))


def reachable(viewer: Viewer, *, at: datetime) -> QuerySet[Relation]:
    """The relations by which the viewer's unit reaches patients at `at`."""
    return Relation.objects.filter(
        tenant_id=viewer.tenant, organisation_id=viewer.seat, period__contains=at
    )


class NotFound(LookupError):
    """No such patient for this viewer; the same answer whether the patient exists or not."""


def patient_for(viewer: Viewer, patient: UUID, *, at: datetime) -> Person:
    """The patient when the viewer may reach the record at `at`, else `NotFound`."""
    if viewer.role is Role.PATIENT:
        if patient != viewer.person:
            raise NotFound
    elif not reachable(viewer, at=at).filter(patient_id=patient).exists():
        raise NotFound
    found = Person.objects.filter(tenant_id=viewer.tenant, id=patient).first()
    if found is None:
        raise NotFound
    return found


def grounds_for(viewer: Viewer, patients: list[UUID], *, at: datetime) -> dict[UUID, str]:
    """Why the viewer's unit may open each of these records; those it may not are left out."""
    if not patients:
        return {}
    if viewer.role is Role.PATIENT:
        return {one: "self" for one in patients if one == viewer.person}
    rows = reachable(viewer, at=at).filter(patient_id__in=patients).order_by("-id")
    return dict(rows.values_list("patient_id", "ground"))  # of several the oldest


def search(viewer: Viewer, text: str, *, at: datetime, limit: int = 20) -> list[Person]:
    """By the start of family or given name, a whole national id, or a phone number."""
    wanted = text.strip()
    digits = wanted.replace(" ", "").removeprefix("+47")
    people = visible_to(viewer, at=at)
    if digits.isdigit() and len(digits) == 11:
        people = people.filter(national_id=digits)
    elif digits.isdigit() and len(digits) == 8:
        people = people.filter(phone=digits)
    else:
        key = search_key(wanted)
        family = Q(search_name__gte=key, search_name__lt=prefix_end(key))
        given = Q(search_given__gte=key, search_given__lt=prefix_end(key))
        people = people.filter(family | given)
    return list(people.order_by("search_name", "id")[:limit])


def cooperation_of(tenant: UUID) -> Cooperation:
    return Cooperation.objects.get(id=tenant)


def cooperations() -> list[Cooperation]:
    return list(Cooperation.objects.order_by("key"))


@dataclass(frozen=True)
class Seat:
    """One role that a person can work in."""

    role: Role
    organisation: UUID
    organisation_name: str


def seats_of(person: UUID, *, at: datetime) -> list[Seat]:
    """The person's roles now; a patient has a seat of their own where no organisation stands."""
    rows = Assignment.objects.filter(person_id=person, period__contains=at)
    return [
        Seat(Role(row.role), row.organisation_id, row.organisation.name)
        for row in rows.select_related("organisation").order_by("id")
    ]


def grounds_of(patient: UUID, ground: Ground, *, at: datetime) -> list[Organisation]:
    """The organisations that reach this patient on that ground now."""
    rows = Relation.objects.filter(patient_id=patient, ground=ground, period__contains=at)
    return [row.organisation for row in rows.select_related("organisation").order_by("id")
            if row.organisation is not None]  # fmt: skip


def organisation(unit: UUID) -> Organisation:
    return Organisation.objects.get(id=unit)


def organisations(kind: str | None = None) -> list[Organisation]:
    rows = Organisation.objects.order_by("name")
    return list(rows.filter(kind=kind) if kind else rows)


def come_to(patient: UUID, kinds: Sequence[str], *, at: datetime) -> list[Organisation]:
    """Those of these kinds, in their order, that come to the patient's home: of no municipality, or
    of the patient's."""
    home = home_units([patient], at=at).get(patient)
    return [one for kind in kinds for one in organisations(kind) if one.within_id in (None, home)]


def responsible_doctor(patient: UUID, *, at: datetime) -> Responsibility | None:
    rows = Responsibility.objects.filter(patient_id=patient, period__contains=at)
    return rows.select_related("doctor", "organisation").first()


def next_of_kin(patient: UUID) -> list[NextOfKin]:
    return list(NextOfKin.objects.filter(patient_id=patient).order_by("id"))


def names(persons: set[UUID]) -> dict[UUID, str]:
    rows = Person.objects.filter(id__in=persons)
    return {row.id: row.name for row in rows}


def language_of(person: UUID) -> str:
    """The language this person has chosen; empty until then."""
    return Person.objects.filter(id=person).values_list("language", flat=True).first() or ""


def token_with(digest: bytes, *, at: datetime) -> Token | None:
    """The live token with this digest."""
    alive = Q(revoked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=at))
    return Token.objects.filter(alive, digest=digest).first()


def first_of_name(token: Token) -> UUID:
    """The first token of this name for this unit: a machine is the same when its token is new."""
    alike = Token.objects.filter(tenant_id=token.tenant_id, unit_id=token.unit_id, name=token.name)
    return alike.order_by("created_at", "id").values_list("id", flat=True)[0]


def identities(issuer: str, subject: str) -> list[Identity]:
    """The persons, in any cooperation, that this sign-in is."""
    return list(Identity.objects.filter(issuer=issuer, subject=subject).order_by("id"))


# Nobody's password, so that an unknown name costs the same work as a known one.
NOBODY = (
    "argon2$argon2id$v=19$m=102400,t=2,p=8$blNaMG5UMkZTMWdFOVJNbjN2UGZ3MQ"
    "$zSuCSEojl6JyUAqmXvpm0g/ZBWYRydyL/dT/u2CZjQw"
)


def password_holds(username: str, password: str) -> bool:
    """Whether the password is this name's; it takes as long for a name that does not exist."""
    kept = LocalPassword.objects.filter(username=username).first()
    stored = kept.password if kept else NOBODY
    return check_password(password, stored) and kept is not None


def home_municipalities(patients: list[UUID], *, at: datetime) -> dict[UUID, str]:
    """The name of each patient's home municipality."""
    rows = Relation.objects.filter(
        patient_id__in=patients, ground="home-municipality", period__contains=at
    ).select_related("organisation")
    return {row.patient_id: row.organisation.name.removesuffix(" kommune") for row in rows}


def home_units(patients: list[UUID], *, at: datetime) -> dict[UUID, UUID]:
    """Each patient's home municipality."""
    rows = Relation.objects.filter(
        patient_id__in=patients, ground=Ground.HOME_MUNICIPALITY, period__contains=at,
        organisation__isnull=False,
    )  # fmt: skip
    return dict(rows.order_by("-id").values_list("patient_id", "organisation_id"))


def people(persons: list[UUID]) -> dict[UUID, Person]:
    """Persons by id, those that the transaction may reach."""
    return {row.id: row for row in Person.objects.filter(id__in=persons)}


def by_national_id(numbers: list[str]) -> dict[str, UUID]:
    """Person by national id, those that the transaction may reach."""
    rows = Person.objects.filter(national_id__in=numbers)
    return dict(rows.values_list("national_id", "id"))


def staff(organisation: UUID, role: Role) -> list[UUID]:
    """Who has this role in the organisation now."""
    rows = Assignment.objects.filter(
        organisation_id=organisation, role=role, period__contains=current().at
    )
    return list(rows.order_by("id").values_list("person_id", flat=True))


def patients_page(
    *,
    national_id: str | None = None,
    person: UUID | None = None,
    after: UUID | None = None,
    limit: int,
) -> list[Person]:
    """The patients that the acting unit reaches, in order of id."""
    frame = current()
    if frame.unit is None:
        return []
    reached = Relation.objects.filter(
        tenant_id=frame.tenant, organisation_id=frame.unit, period__contains=frame.at
    )
    rows = Person.objects.filter(tenant_id=frame.tenant, id__in=reached.values("patient_id"))
    if national_id is not None:
        rows = rows.filter(national_id=national_id)
    if person is not None:
        rows = rows.filter(id=person)
    if after is not None:
        rows = rows.filter(id__gt=after)
    return list(rows.order_by("id")[:limit])


def is_patient(person: UUID) -> bool:
    """Whether anybody has, or has had, a relation to this person as a patient."""
    return Relation.objects.filter(patient_id=person).exists()


def still_holds(viewer: Viewer, *, at: datetime) -> bool:
    """Whether the seat the session was opened in is still the person's."""
    if viewer.role is Role.PATIENT:
        return Person.objects.filter(id=viewer.actor, died_at__isnull=True).exists()
    seats = Assignment.objects.filter(
        person_id=viewer.actor, organisation_id=viewer.seat, role=viewer.role, period__contains=at
    )
    return seats.exists()
