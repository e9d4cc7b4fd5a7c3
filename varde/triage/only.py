"""Only: which part of the list is asked for: whose, of which party, cluster, programme, weekday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from varde.base.tenancy import current
from varde.core.access import Ground
from varde.core.expectation import Rhythm
from varde.measuring.models import Enrolment, OwnRhythm
from varde.people.models import NamedNurse, Relation
from varde.people.nurses import whose
from varde.people.viewer import Viewer
from varde.triage.models import Item


@dataclass(frozen=True, slots=True)
class Only:
    """`whose`: all, own (the patients of the nurse), mine (taken), free or asleep; `weekday`: 0
    Monday, those who report on that day."""

    whose: str = "all"
    party: UUID | None = None  # a municipality, or a hospital department
    cluster: str = ""  # of municipalities
    programme: str = ""
    weekday: int | None = None

    @property
    def everything(self) -> bool:
        return self == Only()

    @property
    def asleep(self) -> bool:
        return self.whose == "asleep"

    def of(self, items: QuerySet[Item], viewer: Viewer) -> QuerySet[Item]:
        if self.whose == "mine":
            items = items.filter(taken_by_id=viewer.person)
        if self.whose == "free":
            items = items.filter(taken_by_id=None)
        at = current().at
        if self.whose == "own":
            nurses = whose(viewer.actor, at.astimezone(ZoneInfo(viewer.zone)).date())
            theirs = NamedNurse.objects.filter(nurse_id__in=nurses, period__endswith__isnull=True)
            items = items.filter(patient_id__in=theirs.values("patient_id"))
        if self.party is not None or self.cluster:
            items = items.filter(patient_id__in=self._of_party(at).values("patient_id"))
        if self.programme or self.weekday is not None:
            rows = Enrolment.objects.filter(period__contains=at)
            rows = rows.filter(programme=self.programme) if self.programme else rows
            if self.weekday is not None:
                rows = rows.filter(on_its_day(self.weekday))
            items = items.filter(patient_id__in=rows.values("patient_id"))
        return items

    def _of_party(self, at: datetime) -> QuerySet[Relation]:
        """The patients of a party are those who live there, or whom the department treats."""
        rows = Relation.objects.filter(ground__in=OF_PARTY, period__contains=at)
        if self.party is not None:
            rows = rows.filter(organisation_id=self.party)
        return rows.filter(organisation__cluster=self.cluster) if self.cluster else rows


OF_PARTY = (Ground.HOME_MUNICIPALITY, Ground.SPECIALIST)


def on_its_day(weekday: int) -> Q:
    """Weekly on that day: as enrolled, or as is agreed with the patient instead."""
    own = OwnRhythm.objects.filter(ended_at=None)
    there = own.filter(rhythm=Rhythm.WEEKLY, weekday=weekday).values("patient_id")
    return Q(patient_id__in=there) | (
        Q(weekday=weekday) & ~Q(patient_id__in=own.values("patient_id"))
    )


ALL = Only()
