"""Reading of the worklist, of judgements and of what has been done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet

from varde.base.tenancy import current_tenant
from varde.core.calendar import OpeningHours, closing_time
from varde.core.judgement import HOLDS_BACK_GREEN
from varde.core.judgement import Reason as Found
from varde.core.zones import Zone
from varde.people.queries import reachable
from varde.people.viewer import Viewer
from varde.triage.handling import IDLE, Seen
from varde.triage.models import Handling, Item, Judgement, Reason, State
from varde.triage.worklist import Rank

PAGE = 60


@dataclass
class Row:
    """One place on the list, with everything its row shows from triage."""

    item: Item
    reasons: list[Reason] = field(default_factory=list)
    judgements: dict[UUID, Judgement] = field(default_factory=dict)
    last: Handling | None = None
    state: State | None = None

    @property
    def seen(self) -> Seen:
        heard = self.state.heard_at if self.state else self.item.opened_at
        return Seen(self.item.id, self.item.version, heard)

    @property
    def found(self) -> list[Found]:
        """The worst that was found of each part in the reports that raise this item; worst first.

        Of two equally bad the newest: what stands on the row is why it has its colour.
        """
        raising = sorted((r for r in self.reasons if r.judgement_id), key=lambda r: r.at)
        found: dict[str, Found] = {}
        for reason in raising:
            judgement = self.judgements.get(reason.judgement_id) if reason.judgement_id else None
            for one in judgement.reasons if judgement else ():
                part = Found.from_dict(one)
                if part.zone > 1 or part.rule in HOLDS_BACK_GREEN:
                    before = found.get(part.subject)
                    if before is None or part.zone >= before.zone:
                        found[part.subject] = part
        return sorted(found.values(), key=lambda part: -part.zone)


def open_items(viewer: Viewer) -> QuerySet[Item]:
    """The open items of the viewer's unit: the application's wall, before row-level security."""
    return Item.objects.filter(tenant_id=viewer.tenant, unit_id=viewer.unit, open=True)


def worklist(
    viewer: Viewer, *, ranks: Sequence[int] | None = None, page: int = 0, size: int = PAGE
) -> list[Row]:
    """One page in the order of decisions 4.3: six statements, however many patients there are.

    Within a unit the response goal of a rank is the same for all, so the share of the goal used
    orders as `since` does, and real time settles what came while closed.
    """
    items = open_items(viewer).select_related("patient", "taken_by")
    if ranks is not None:
        items = items.filter(rank__in=ranks)
    start = page * size
    shown = list(items.order_by("rank", "since", "id")[start : start + size])
    return rows_of(shown)


def rows_of(items: Sequence[Item]) -> list[Row]:
    rows = {item.id: Row(item) for item in items}
    for reason in Reason.objects.filter(item_id__in=list(rows), open=True).order_by("at"):
        rows[reason.item_id].reasons.append(reason)
    wanted = {r.judgement_id for row in rows.values() for r in row.reasons if r.judgement_id}
    judgements = {j.id: j for j in Judgement.objects.filter(id__in=wanted)}
    patients = [item.patient_id for item in items]
    last = last_handlings(patients)
    states = {state.patient_id: state for state in State.objects.filter(patient_id__in=patients)}
    for row in rows.values():
        row.state = states.get(row.item.patient_id)
        row.judgements = judgements
        row.last = last.get(row.item.patient_id)
    return list(rows.values())


_COUNTS = """
select w.rank, (select count(*) from (
    select 1 from triage_item i where i.tenant_id = %s and i.unit_id = %s and i.open
      and i.rank = w.rank limit %s::int8) found)
from unnest(%s::int2[]) w(rank)
"""


def counts(viewer: Viewer, *, most: int | None = None) -> dict[int, int]:
    """How many open items there are of each rank; counting stops at `most` of each."""
    ranks = [rank.value for rank in Rank]
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [viewer.tenant, viewer.unit, most, ranks])
        return dict(cursor.fetchall())


def open_item(patient: UUID) -> Item | None:
    return Item.objects.filter(patient_id=patient, open=True).select_related("taken_by").first()


def item(viewer: Viewer, item_id: UUID) -> Item | None:
    return open_items(viewer).filter(id=item_id).select_related("patient", "taken_by").first()


def next_item(viewer: Viewer, after: Item) -> Item | None:
    """The first item of the list that nobody else has, other than `after`."""
    free = open_items(viewer).filter(rank__lt=Rank.GREEN).exclude(id=after.id)
    mine_or_free = free.filter(taken_by_id=None) | free.filter(taken_by_id=viewer.person)
    return mine_or_free.select_related("patient").order_by("rank", "since", "id").first()


_LAST = """
select l.id from unnest(%s::uuid[]) w(patient) cross join lateral (
    select h.id from triage_handling h
    where h.tenant_id = %s and h.patient_id = w.patient and h.assessment <> 'acknowledged'
    order by h.at desc limit 1) l
"""


def last_handlings(patients: Sequence[UUID]) -> dict[UUID, Handling]:
    """What was done last for each patient, acknowledgements of greens left out."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [list(patients), current_tenant()])
        ids = [row[0] for row in cursor.fetchall()]
    rows = Handling.objects.filter(id__in=ids).select_related("by")
    return {row.patient_id: row for row in rows}


def handlings(patient: UUID, *, start: datetime) -> list[Handling]:
    rows = Handling.objects.filter(patient_id=patient, at__gte=start).select_related("by")
    return list(rows.order_by("-at"))


def state_of(patient: UUID) -> State | None:
    return State.objects.filter(patient_id=patient).first()


def judgements(patient: UUID, *, start: datetime, end: datetime) -> list[Judgement]:
    """The judgements that stand (not superseded) of reports taken in [start, end)."""
    rows = Judgement.objects.filter(patient_id=patient, taken_at__gte=start, taken_at__lt=end)
    made = list(rows.order_by("taken_at", "at", "id"))
    superseded = {row.supersedes_id for row in made}
    return [row for row in made if row.id not in superseded]


def judgement_of(patient: UUID, report: UUID) -> Judgement | None:
    rows = Judgement.objects.filter(patient_id=patient, report_id=report)
    return rows.order_by("-at").first()


def reasons_of(items: Sequence[UUID]) -> dict[UUID, list[Reason]]:
    found: dict[UUID, list[Reason]] = defaultdict(list)
    for reason in Reason.objects.filter(item_id__in=list(items), open=True).order_by("at"):
        found[reason.item_id].append(reason)
    return found


def taken_too_long(items: Sequence[UUID], *, hours: OpeningHours, at: datetime) -> list[UUID]:
    """Reds that have not been touched for `IDLE`, and what was taken before a closing."""
    rows = Item.objects.filter(id__in=list(items), open=True, taken_at__isnull=False)
    return [row.id for row in rows if row.taken_at and _too_long(row, row.taken_at, hours, at)]


def _too_long(row: Item, taken_at: datetime, hours: OpeningHours, at: datetime) -> bool:
    closes = closing_time(hours, taken_at)
    idle_red = row.rank <= Rank.RED_CONTROL and at - taken_at >= IDLE
    return idle_red or (closes is not None and closes <= at)


def states(patients: Sequence[UUID]) -> dict[UUID, State]:
    return {row.patient_id: row for row in State.objects.filter(patient_id__in=list(patients))}


def zone_counts(viewer: Viewer, *, at: datetime) -> dict[str, int]:
    """How many of the patients that the viewer's unit reaches are in each zone now."""
    reached = State.objects.filter(patient_id__in=reachable(viewer, at=at).values("patient_id"))
    found = dict(reached.values_list("zone").annotate(n=Count("id")))
    return {zone.slug: found.get(zone.value, 0) for zone in Zone}
