"""The cast: a small cooperation with people in every role, made through the actions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.test import Client

from varde.base import clock
from varde.base.rows import new_id
from varde.base.tenancy import acting
from varde.catalogue import actions as catalogue
from varde.catalogue import queries as programmes
from varde.core.access import Ground, Role
from varde.core.identifiers import make_orgnr, make_tenor
from varde.core.quantities import BY_NAME
from varde.measuring import actions as measuring
from varde.measuring.incoming import Delivery, rows_of_report
from varde.pathway import actions as pathway
from varde.pathway import regime
from varde.people import actions as people
from varde.people.viewer import Viewer
from varde.triage.intake import Outcome, receive

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 11, 16, 10, 0, tzinfo=OSLO)  # a Monday, the service is open
_serial = count()


@dataclass
class Cast:
    """Everyone in one cooperation. `at` is the time unless a test says another."""

    tenant: UUID
    at: datetime = NOW
    units: dict[str, UUID] = field(default_factory=dict)
    source: UUID = field(default_factory=uuid4)
    nurse: Viewer = None  # type: ignore[assignment]
    other_nurse: Viewer = None  # type: ignore[assignment]
    gp: Viewer = None  # type: ignore[assignment]
    other_gp: Viewer = None  # type: ignore[assignment]
    coordinator: Viewer = None  # type: ignore[assignment]

    @property
    def system(self) -> Viewer:
        return Viewer(self.tenant, Role.SYSTEM, unit=self.units.get("service"), name="Varde")

    @contextmanager
    def acting(self, by: Viewer | None = None, at: datetime | None = None) -> Iterator[Viewer]:
        """A transaction as `by`, the follow-up service's own system when left out."""
        viewer = by or self.system
        with acting(viewer.frame(at or self.at)):
            yield viewer

    def patient(
        self,
        *,
        programme: str = "copd",
        began: datetime | None = None,
        given: str = "Ragna",
        family: str = "Tindheim",
        relations: tuple[str, ...] = ("service", "municipality", "practice"),
        service_model: int = 1,
        weekday: int = 0,
        followed_by: str = "service",
    ) -> Viewer:
        """A patient in follow-up since `began` (60 days before), as the viewer they are."""
        at = began or self.at - timedelta(days=60)
        number = next(_serial)
        born = date(1948, 4, 11) + timedelta(days=number)
        grounds = {
            "service": Ground.FOLLOW_UP_SERVICE,
            "municipality": Ground.HOME_MUNICIPALITY,
            "practice": Ground.GP,
        }
        with self.acting(at=at) as by:
            person = people.add_patient(
                national_id=make_tenor(born=born, serial=0),
                given=given,
                family=family,
                born=born,
                phone=f"9{number:07d}",
                relations=[(self.units[name], grounds[name]) for name in relations],
                by=by,
                at=at,
            )
            pathway.start_follow_up(
                patient=person.id,
                programmes=[programmes.newest(programme)],
                unit=self.units[followed_by],
                service_model=service_model,
                weekday=weekday,
                by=by,
                at=at,
            )
        return Viewer(self.tenant, Role.PATIENT, person=person.id, name=person.name)

    def both(self, *, heart_on: int = 0, **more: Any) -> Viewer:
        """Somebody followed for COPD, and for nine days for heart failure too, which is measured
        on the weekday `heart_on`."""
        patient = self.patient(**more)
        began = self.at - timedelta(days=9)
        with self.acting(at=began) as by:
            measuring.enrol(
                patient=patient.actor, programme=programmes.newest("heart-failure"),
                unit=self.units["service"], service_model=1, weekday=heart_on, by=by,
                at=began,
            )  # fmt: skip
        return patient

    def report(
        self,
        patient: Viewer,
        *,
        at: datetime | None = None,
        taken_at: datetime | None = None,
        report_id: UUID | None = None,
        answers: dict[str, str] | None = None,
        comment: str = "",
        present: bool = False,
        **values: float,
    ) -> Outcome:
        """What the patient sends from the phone: values by kind, answers by question.

        `present`: sits by it still, and can be asked to measure again.
        """
        moment = at or self.at
        sent = delivery(
            patient, taken_at or moment, report_id or new_id(), answers or {}, comment, values
        )
        with acting(patient.frame(moment)):
            found = receive([sent], source=self.source, by=patient, at=moment, present=present)
            return found[0]

    def expect_today(self) -> None:
        """The day's expectations, as the clock makes them."""
        with self.acting():
            day = self.at.astimezone(OSLO).date()
            regime.expect_today(unit=self.units["service"], day=day, at=self.at, zone=OSLO)

    def browser(self, viewer: Viewer) -> Client:
        """A signed-in browser of the kind that needs no script."""
        client = Client()
        session = client.session
        session["viewer"] = {
            "tenant": str(viewer.tenant),
            "person": str(viewer.person),
            "role": str(viewer.role),
            "unit": str(viewer.unit) if viewer.unit else "",
            "name": viewer.name,
            "zone": viewer.zone,
        }
        session.save()
        return client

    @contextmanager
    def clock(self, at: datetime | None = None) -> Iterator[None]:
        with clock.moved(at or self.at):
            yield


def delivery(
    patient: Viewer,
    taken_at: datetime,
    report_id: UUID,
    answers: dict[str, str],
    comment: str,
    values: dict[str, float],
) -> Delivery:
    incoming = rows_of_report(report_id, [(BY_NAME[kind], v) for kind, v in values.items()])
    return Delivery(patient.actor, taken_at, incoming, answers, comment, report_id=report_id)


def cast() -> Cast:
    """A new cooperation, founded a year before NOW."""
    cooperation = people.found_cooperation(key=f"c-{uuid4().hex[:12]}", name="Samarbeidet Prøve")
    them = Cast(cooperation.id)
    founded = NOW - timedelta(days=365)
    with them.acting(at=founded) as by:
        for n, (key, kind) in enumerate(
            (
                ("service", "service"),
                ("municipality", "municipality"),
                ("other-municipality", "municipality"),
                ("practice", "gp-practice"),
                ("other-practice", "gp-practice"),
            )
        ):
            row = people.add_organisation(
                name=f"Enhet {key}", kind=kind, orgnr=make_orgnr(n), phone="55500100", by=by,
                at=founded, cluster="Kystklyngen" if key == "municipality" else "",
            )  # fmt: skip
            them.units[key] = row.id
        for content in catalogue.shipped().values():
            catalogue.publish(content=content, by=by, at=founded)
        for content in catalogue.shipped_templates().values():
            catalogue.publish_template(content=content, by=by, at=founded)
        them.source = measuring.source("app", "Varde").id
        them.nurse = employ(them, "Inga", Role.NURSE, "service", founded)
        them.other_nurse = employ(them, "Terje", Role.NURSE, "service", founded)
        them.gp = employ(them, "Marit", Role.GP, "practice", founded)
        them.other_gp = employ(them, "Pål", Role.GP, "other-practice", founded)
        them.coordinator = employ(them, "Silje", Role.COORDINATOR, "municipality", founded)
    return them


def employ(them: Cast, given: str, role: Role, where: str, at: datetime) -> Viewer:
    number = next(_serial)
    person = people.add_staff(
        national_id=make_tenor(born=date(1980, 1, 1) + timedelta(days=number), serial=0),
        given=given,
        family="Prøvestad",
        role=role,
        organisation=them.units[where],
        by=them.system,
        at=at,
    )
    return Viewer(them.tenant, role, person.id, them.units[where], person.name)
