"""Founding: the demo's cooperation, its organisations, staff, personas and patients."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connections

from varde.base.tenancy import Frame, acting
from varde.catalogue import actions as catalogue
from varde.catalogue import queries as programmes
from varde.core.access import Ground, Role
from varde.core.identifiers import make_orgnr, make_tenor
from varde.core.pathway import Stage
from varde.core.quantities import BY_NAME
from varde.measuring import actions as measuring
from varde.measuring.habitual import know_habitual
from varde.measuring.hours import ROUND_THE_CLOCK
from varde.pathway import actions as pathway
from varde.pathway.covering import arrange
from varde.people import actions as people
from varde.people.nurses import name_nurse
from varde.people.viewer import Viewer
from varde.simulate.demo import DAYS
from varde.simulate.people import DEPARTMENTS, MUNICIPALITIES, PRACTICES, MadePatient, patients
from varde.simulate.plans import Clinic, planned
from varde.simulate.world import ZONE, World

ISSUER = "varde:local"
PASSWORD = "varde"  # noqa: S105  the demo's
CLUSTERS = ("Fjordklyngen", "Heiklyngen")
PHONE, COVER_PHONE, TEAM_PHONE, CARE_PHONE = "55500100", "55500116", "55500130", "55500140"


@dataclass(frozen=True)
class Persona:
    """One of the staff; `web.personas` says which of them one can sign in as, and what to try."""

    username: str
    given: str
    family: str
    role: Role
    works_at: str


STAFF = (
    Persona("ingeborg", "Ingeborg", "Myrland", Role.NURSE, "service"),
    Persona("tormod", "Tormod", "Espedal", Role.NURSE, "service"),
    Persona("responssenter", "Aud", "Kvamsdal", Role.NURSE, "cover"),
    Persona("fastlege", "Marta", "Fjeldheim", Role.GP, "practice:0"),
    Persona("lungelege", "Jon", "Torvund", Role.SPECIALIST, "department:0"),
    Persona("poliklinikk", "Kari", "Ulvedal", Role.COORDINATOR, "department:0"),
    Persona("ambulant", "Ellen", "Storhaug", Role.OUTREACH, "team"),
    Persona("hjemmetjeneste", "Torill", "Grindheim", Role.OUTREACH, "home-care"),
    Persona("koordinator", "Silje", "Rabben", Role.COORDINATOR, "municipality:0"),
    Persona("teamleder", "Guro", "Sandnesmo", Role.TEAM_LEADER, "service"),
    Persona("administrator", "Eivind", "Osdal", Role.ADMINISTRATOR, "service"),
)
PATIENT_PERSONAS = ("pasient-kols", "pasient-hjerte")
COORDINATORS = (
    "Hilde Åmodt", "Kristin Nesvåg", "Ola Tveitane", "Randi Selvåg", "Bente Vadheim",
    "Marit Lundestad", "Stein Kvalheim", "Turid Granlund", "Hege Strandvåg",
)  # fmt: skip


class Founding:
    """Builds the demo once; every write goes through the actions, as at any customer's."""

    def __init__(self, *, seed: str, key: str, today: date) -> None:
        self.seed, self.today = seed, today
        self.start = today - timedelta(days=DAYS)
        self.at = datetime.combine(self.start, time(0), ZoneInfo(ZONE))
        self.rng = Random(f"{seed}:founding")
        self.cooperation = people.found_cooperation(key=key, name="Samarbeidet Vardefjell")
        self.tenant = self.cooperation.id
        self.units: dict[str, UUID] = {}
        self.staff: dict[str, UUID] = {}

    @property
    def by(self) -> Viewer:
        return Viewer(self.tenant, Role.SYSTEM, unit=self.units.get("service"), zone=ZONE)

    def frame(self, at: datetime) -> Frame:
        return self.by.frame(at)

    def build(self) -> World:
        with acting(self.frame(self.at)):
            self._organisations()
            self._staff()
            for content in catalogue.shipped().values():
                catalogue.publish(content=content, by=self.by, at=self.at)
            for content in catalogue.shipped_templates().values():
                catalogue.publish_template(content=content, by=self.by, at=self.at)
            source = measuring.source("app", "Varde")
        made = patients(self.seed, self.today)
        known = [(patient, *self._patient(patient)) for patient in made]
        look_again()
        return World(
            self.seed,
            self.tenant,
            self.units["service"],
            source.id,
            (self._viewer("ingeborg"), self._viewer("tormod")),
            self._viewer("fastlege"),
            tuple(known),
        )

    def _viewer(self, username: str) -> Viewer:
        one = next(persona for persona in STAFF if persona.username == username)
        name = f"{one.given} {one.family}"
        unit = self.units[one.works_at]
        return Viewer(self.tenant, one.role, self.staff[username], unit, name, ZONE)

    def _organisations(self) -> None:
        named = [("service", "service", "Oppfølgingstjenesten", PHONE)]
        named += [(f"municipality:{n}", "municipality", f"{name} kommune", "")
                  for n, name in enumerate(MUNICIPALITIES)]  # fmt: skip
        named += [(f"department:{n}", "department", name, "") for n, name in enumerate(DEPARTMENTS)]
        named += [(f"practice:{n}", "gp-practice", name, "") for n, name in enumerate(PRACTICES)]
        named += [("team", "outreach-team", "Ambulant lungeteam", TEAM_PHONE)]
        named += [("home-care", "home-care", f"Hjemmetjenesten i {MUNICIPALITIES[0]}", CARE_PHONE)]
        named += [("cover", "response-centre", "Responssenteret", COVER_PHONE)]
        for number, (key, kind, name, phone) in enumerate(named):
            row = people.add_organisation(
                name=name,
                kind=kind,
                orgnr=make_orgnr(number),
                phone=phone,
                hours=ROUND_THE_CLOCK if key == "cover" else None,
                cluster=CLUSTERS[number % 2] if kind == "municipality" else "",
                within=self.units["municipality:0"] if kind == "home-care" else None,
                by=self.by,
                at=self.at,
            )
            self.units[key] = row.id
        arrange(unit=self.units["service"], to=self.units["cover"], by=self.by, at=self.at)

    def _staff(self) -> None:
        for number, persona in enumerate(STAFF):
            self._employ(number, persona)
        for n in range(1, len(PRACTICES)):
            given, family = _doctor(self.rng, n)
            doctor = Persona(f"lege-{n}", given, family, Role.GP, f"practice:{n}")
            self._employ(20 + n, doctor, sign_in=False)
        for n in range(1, len(MUNICIPALITIES)):
            given, family = COORDINATORS[n - 1].split()
            one = Persona(f"koordinator-{n}", given, family, Role.COORDINATOR, f"municipality:{n}")
            self._employ(50 + n, one, sign_in=False)
        for number, given, family, role in (
            (40, "Berit", "Stavnem", Role.SPECIALIST), (41, "Odd", "Lillebø", Role.COORDINATOR)
        ):  # fmt: skip
            one = Persona(f"hjerte-{number}", given, family, role, "department:1")
            self._employ(number, one, sign_in=False)

    def _employ(self, number: int, persona: Persona, *, sign_in: bool = True) -> None:
        row = people.add_staff(
            national_id=make_tenor(born=date(1975, 3, 1) + timedelta(days=number), serial=0),
            given=persona.given,
            family=persona.family,
            role=persona.role,
            organisation=self.units[persona.works_at],
            by=self.by,
            at=self.at,
        )
        self.staff[persona.username] = row.id
        self.staff.setdefault(persona.works_at, row.id)
        if sign_in:
            self._sign_in(persona.username, row.id)

    def _sign_in(self, username: str, person: UUID) -> None:
        people.add_identity(issuer=ISSUER, subject=username, person=person)
        people.set_password(username=username, password=PASSWORD)

    def _patient(self, patient: MadePatient) -> tuple[UUID, date]:
        began = self.today - timedelta(weeks=min(26, patient.weeks_ago))
        at = datetime.combine(began, time(0), ZoneInfo(ZONE))
        with acting(self.frame(at)):
            person = self._person(patient, at)
            programme = programmes.newest(patient.programme)
            pathway.start_follow_up(
                patient=person,
                programmes=[programme],
                unit=self.units["service"],
                service_model=patient.service_model,
                weekday=patient.weekday,
                by=self.by,
                at=at,
            )
            nurse = self.staff[("ingeborg", "tormod")[patient.number % 2]]
            name_nurse(patient=person, nurse=nurse, by=self.by, at=at)
            if patient.programme == "copd":
                value = (person, BY_NAME["spo2"].code, float(round(patient.spo2)))
                know_habitual([value], basis="mapping", since=at)
            if patient.number < len(PATIENT_PERSONAS):
                self._sign_in(PATIENT_PERSONAS[patient.number], person)
        self._past_trial(patient, person, began)
        planned(patient, person, began, self._clinic(patient), seed=self.seed)
        return person, began

    def _clinic(self, patient: MadePatient) -> Clinic:
        """The patient's nurse and responsible doctor."""
        responsible = self._responsible(patient)
        role = Role.GP if responsible.startswith("practice") else Role.SPECIALIST
        doctor = Viewer(self.tenant, role, self.staff[responsible], self.units[responsible])
        nurse = self._viewer(("ingeborg", "tormod")[patient.number % 2])
        return Clinic(nurse, doctor, ZoneInfo(ZONE), self.today)

    @staticmethod
    def _responsible(patient: MadePatient) -> str:
        """Where the responsible doctor works: the department that included, else the practice."""
        if patient.service_model in (2, 3):
            return f"department:{int(patient.programme == 'heart-failure')}"
        return f"practice:{patient.practice}"

    def _past_trial(self, patient: MadePatient, person: UUID, began: date) -> None:
        """Those who have been followed for more than 14 days are in ordinary follow-up."""
        if (self.today - began).days <= 14:
            return
        at = datetime.combine(began + timedelta(days=14), time(10), ZoneInfo(ZONE))
        with acting(self.frame(at)):
            pathway.enter_stage(patient=person, stage=Stage.FOLLOW_UP, by=self.by, at=at)

    def _person(self, patient: MadePatient, at: datetime) -> UUID:
        responsible = self._responsible(patient)
        practice = f"practice:{patient.practice}"
        relations = [
            (self.units["service"], Ground.FOLLOW_UP_SERVICE),
            (self.units[f"municipality:{patient.municipality}"], Ground.HOME_MUNICIPALITY),
            (self.units[practice], Ground.GP),
        ]
        treats = "department:0" if patient.number == 0 else responsible
        if treats != practice:
            relations.append((self.units[treats], Ground.SPECIALIST))
        person: UUID = people.add_patient(
            national_id=patient.national_id,
            given=patient.given,
            family=patient.family,
            born=patient.born,
            phone=patient.phone,
            relations=relations,
            by=self.by,
            at=at,
        ).id
        self._around(patient, person, responsible, at)
        return person

    def _around(self, patient: MadePatient, person: UUID, responsible: str, at: datetime) -> None:
        common: dict[str, Any] = {"patient": person, "by": self.by, "at": at}
        people.name_responsible(
            doctor=self.staff[responsible], organisation=self.units[responsible], **common
        )
        name, relationship, phone = patient.kin
        people.add_next_of_kin(name=name, relationship=relationship, phone=phone, **common)
        people.give_consent(kind="sharing", **common)


def look_again() -> None:
    """Plans made when the tables were empty read them whole; the server looks itself, but later."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze")


def _doctor(rng: Random, n: int) -> tuple[str, str]:
    given = ("Anne", "Henrik", "Karianne", "Lars", "Nora", "Petter")[n]
    family = ("Aspelund", "Birkenes", "Dalheim", "Eikrem", "Furuseth", "Heimdalsli")[n]
    return given, family
