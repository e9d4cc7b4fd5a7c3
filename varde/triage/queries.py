"""Reading of the worklist, of judgements and of what has been done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Case, Count, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Greatest

from varde.base.tenancy import current, current_tenant
from varde.core.calendar import OpeningHours, next_closing, open_between
from varde.core.verdict import HOLDS_BACK_GREEN
from varde.core.verdict import Reason as Found
from varde.core.zones import Zone
from varde.measuring.hours import every_hours, hours_for, hours_of_each
from varde.people.models import Person
from varde.people.queries import organisation, reachable
from varde.people.viewer import Viewer
from varde.triage.handling import IDLE, UNDONE, Seen, undone_of
from varde.triage.models import Handling, Item, Judgement, Reason, State
from varde.triage.only import ALL, Only
from varde.triage.worklist import Rank, goal

PAGE = 60
ORDER = "rank", "due_at", "since", "id"  # of the list: `places` says why
STANDING = {Rank.RED: Zone.RED, Rank.RED_CONTROL: Zone.RED, Rank.YELLOW: Zone.YELLOW}


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
    def found_at(self) -> datetime | None:
        """When the worst of what was found was taken, the newest of equally bad."""
        raising = [self.judgements[r.judgement_id] for r in self.reasons
                   if r.judgement_id in self.judgements]  # fmt: skip
        worst = max(raising, key=lambda one: (one.zone, one.taken_at), default=None)
        return worst.taken_at if worst else None

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
    viewer: Viewer,
    *,
    which: str = "all",
    page: int = 0,
    size: int = PAGE,
    only: Only = ALL,
) -> list[Row]:
    """One page of `places`, with what each row shows, in few statements."""
    return rows_of(places(viewer, which=which, page=page, size=size, only=only))


def places(
    viewer: Viewer,
    *,
    which: str = "all",
    page: int = 0,
    size: int = PAGE,
    only: Only = ALL,
    late: Sequence[Item] | None = None,
    more: int = 0,
) -> list[Item]:
    """One page in the order of decisions 4.3; it costs the same however many patients there are.

    Within a unit the response goal of a rank is the same for all, so the share of the goal used
    orders as the moment at which it is used up, and real time settles what came while closed.
    Where programmes have hours of their own, what is due first comes first. Messages and tasks past
    their goal stand among the yellows, by share: `late` is what `late_work` found, asked for here
    when it is not given. `which` is all, work or green; `more` asks for so many beyond the page.

    The ranks are asked for as one stretch of the index: of a set of them the database makes a
    pile and sorts it, which grows with the list.
    """
    items = only.of(open_items(viewer), viewer)
    if only.asleep:
        return _first(items.filter(rank=Rank.ASLEEP).order_by("snoozed_until", "id"), size)
    if which == "green":
        items, late = items.filter(rank=Rank.GREEN), ()
    elif which == "work":
        items = items.filter(rank__lt=Rank.GREEN)
    else:
        items = items.filter(rank__lt=Rank.ASLEEP)
    if late is None:
        late = late_work(viewer, only=only)
    start, end = page * size, (page + 1) * size + more
    ordered = items.exclude(id__in=[item.id for item in late]) if late else items
    return _merged(_first(ordered.order_by(*ORDER), end), late, viewer)[start:end]


def _first(items: QuerySet[Item], n: int) -> list[Item]:
    """The first `n` as they stand in the index, and then who they are about.

    Asked for together, the database thinks so few are left after both walls that it reads them
    all and sorts.
    """
    ids = list(items.values_list("id", flat=True)[:n])
    found = items.select_related("patient", "taken_by").in_bulk(ids)
    return [found[one] for one in ids if one in found]


def late_work(viewer: Viewer, *, only: Only = ALL) -> list[Item]:
    """Messages and tasks that have waited longer than their goal; the first of very many."""
    return [] if only.asleep else _late(only.of(open_items(viewer), viewer), viewer)


def _late(items: QuerySet[Item], viewer: Viewer) -> list[Item]:
    """The late ones come first of their rank.

    They are told apart here and not in the database, which then reads them in the index's order.
    """
    at = current().at
    if viewer.unit is None:
        return []
    unit, zone = organisation(viewer.unit), viewer.zone
    least = min(goal(Rank.WORK, hours) for hours in every_hours(unit, zone))
    waited = items.filter(rank=Rank.WORK, due_at__lte=at, since__lte=at - least)
    oldest = _first(waited.order_by(*ORDER), PAGE)  # more than these stand where they stood
    theirs = [one.patient_id for one in oldest]
    there = hours_of_each(unit, theirs, zone=zone, at=at)
    return [one for one in oldest if one.since <= at - goal(Rank.WORK, there[one.patient_id])]


def _merged(shown: list[Item], late: Sequence[Item], viewer: Viewer) -> list[Item]:
    """The late ones among the yellows: whatever has used the most of its goal comes first."""
    if not late or viewer.unit is None:
        return shown
    at, theirs = current().at, [item.patient_id for item in (*shown, *late)]
    hours = hours_for(viewer.unit, theirs, zone=viewer.zone, at=at)

    def place(item: Item) -> tuple[int, float]:
        rank = Rank(item.rank)
        if item in late or rank is Rank.YELLOW:
            there = hours[item.patient_id]
            used = open_between(there, item.since, max(at, item.since)) / goal(rank, there)
            return Rank.YELLOW, -used
        return rank, 0.0

    return sorted(
        [*shown, *late], key=lambda item: (*place(item), item.due_at, item.since, item.id)
    )


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


_WHOSE = """
select (select count(*) from triage_item where tenant_id = %(tenant)s and unit_id = %(unit)s
          and open and rank < %(green)s and taken_by_id = %(person)s),
       (select count(*) from (select 1 from triage_item where tenant_id = %(tenant)s
          and unit_id = %(unit)s and open and rank < %(green)s and taken_by_id is null
          limit %(most)s::int8) free)
"""


def mine_and_free(viewer: Viewer, *, most: int) -> tuple[int, int]:
    """How many of what waits the viewer has, and nobody has; the latter counted to `most`."""
    asked = {"tenant": viewer.tenant, "unit": viewer.unit, "person": viewer.person,
             "green": int(Rank.GREEN), "most": most}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WHOSE, asked)
        mine, free = cursor.fetchone()
    return mine, free


def open_item(patient: UUID) -> Item | None:
    return Item.objects.filter(patient_id=patient, open=True).select_related("taken_by").first()


def item(viewer: Viewer, item_id: UUID) -> Item | None:
    return open_items(viewer).filter(id=item_id).select_related("patient", "taken_by").first()


def next_item(viewer: Viewer, after: Item) -> Item | None:
    """The first item of the list that nobody else has, other than `after`."""
    free = open_items(viewer).filter(rank__lt=Rank.GREEN).exclude(id=after.id)
    mine_or_free = free.filter(taken_by_id=None) | free.filter(taken_by_id=viewer.person)
    found = list(mine_or_free.select_related("patient").order_by(*ORDER)[:1])
    late = _late(mine_or_free, viewer)[:1]
    merged = _merged([one for one in found if one not in late], late, viewer)
    return merged[0] if merged else None


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


def last_of(viewer: Viewer, item: UUID) -> Handling | None:
    """What the viewer's unit did last with this very place on the list, acknowledgements too."""
    rows = Handling.objects.filter(tenant_id=viewer.tenant, unit_id=viewer.unit, item_id=item)
    return rows.select_related("by").order_by("-at").first()


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


def seen_to(patient: UUID, report: UUID, *, received: datetime) -> Handling | None:
    """What was done first about a report; None while any of it still stands on the list."""
    raised = Reason.objects.filter(patient_id=patient, judgement__report_id=report)
    reasons = list(raised.values_list("id", "open"))
    if any(is_open for _, is_open in reasons):
        return None
    since = Handling.objects.filter(patient_id=patient, at__gte=received)
    undone = undone_of(since.filter(assessment=UNDONE))
    done = since.exclude(assessment=UNDONE).exclude(id__in=undone).select_related("by")
    if reasons:
        done = done.filter(reasons__contains=[str(reasons[0][0])])
    elif Item.objects.filter(patient_id=patient, open=True).exists():
        return None
    return done.order_by("at").first()


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
    """What is taken while closed is held through the opening that comes."""
    touched = max(taken_at, row.touched_at or taken_at)
    idle_red = row.rank <= Rank.RED_CONTROL and at - touched >= IDLE
    return idle_red or next_closing(hours, taken_at) <= at


def states(patients: Sequence[UUID]) -> dict[UUID, State]:
    return {row.patient_id: row for row in State.objects.filter(patient_id__in=list(patients))}


def worst_first(viewer: Viewer, *, at: datetime, limit: int) -> list[Person]:
    """The patients the viewer's unit reaches: red first, then yellow, and so on; then by name.

    What stands on the list counts as much as what was measured last: the worse of the two.
    """
    zone = State.objects.filter(patient_id=OuterRef("id")).values("zone")[:1]
    items = Item.objects.filter(patient_id=OuterRef("id"), open=True)
    rank = items.values_list(Coalesce("waking_rank", "rank"))[:1]
    rows = Person.objects.filter(id__in=reachable(viewer, at=at).values("patient_id"))
    standing = Case(*(When(rank=n, then=int(zone)) for n, zone in STANDING.items()))
    rows = rows.annotate(zone=Subquery(zone), rank=Subquery(rank))
    rows = rows.annotate(worst=Greatest(F("zone"), standing))
    return list(rows.order_by(F("worst").desc(nulls_last=True), "search_name", "id")[:limit])


def standing(patients: Sequence[UUID]) -> dict[UUID, Zone]:
    """The colour of what stands on the list about each patient, where it has one."""
    rows = Item.objects.filter(patient_id__in=list(patients), open=True)
    ranks = rows.values_list("patient_id", Coalesce("waking_rank", "rank"))
    return {one: STANDING[Rank(rank)] for one, rank in ranks if rank in STANDING}


def how_many(viewer: Viewer, *, at: datetime) -> int:
    """How many patients the viewer's unit reaches."""
    return reachable(viewer, at=at).values("patient_id").distinct().count()


def zone_counts(viewer: Viewer, *, at: datetime) -> dict[str, int]:
    """How many of the patients that the viewer's unit reaches are in each zone now."""
    reached = State.objects.filter(patient_id__in=reachable(viewer, at=at).values("patient_id"))
    found = dict(reached.values_list("zone").annotate(n=Count("id")))
    return {zone.slug: found.get(zone.value, 0) for zone in Zone}
