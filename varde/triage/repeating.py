"""Repeating: what comes of a red whose patient is asked to measure again (decisions 3.5).

The first value is kept, judged and on the list at once, last among the reds. A good repetition that
comes in time, before anyone has opened the place, makes the report yellow «technique?» with both
values kept; all else makes it a plain red. Nothing else lowers a report.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from varde.base.rows import new_id
from varde.base.tenancy import current_tenant
from varde.core import verdict
from varde.core.repetition import borne_out, lowered
from varde.core.verdict import Reason as Found
from varde.core.zones import Zone
from varde.measuring.incoming import Delivery, Taken
from varde.people.action import Done, action
from varde.people.queries import cooperation_of
from varde.people.viewer import Viewer
from varde.triage.intake import Outcome, receive
from varde.triage.keeping import STANDING, TOGETHER, Verdict, hold, keep_judgements
from varde.triage.models import Control, Item, Judgement, Reason
from varde.triage.worklist import Rank, due_anew, rank_of, tell

ASKED = "asked"


@action("report")
def repeat(
    control: UUID,
    delivery: Delivery,
    *,
    technique: Sequence[str] = (),
    source: UUID,
    by: Viewer,
    at: datetime,
) -> Done[Outcome]:
    """Keep and judge the repetition, and settle what it repeats; sent twice it is kept once.

    Raises `Control.DoesNotExist` for one that is not of this patient.
    """
    hold([delivery.patient])
    row = Control.objects.select_for_update().get(id=control, patient_id=delivery.patient)
    if row.repetition_id is not None:  # the button pressed twice
        return Done(Outcome(delivery, Taken.DUPLICATE), patient=delivery.patient)
    outcome = receive([delivery], source=source, by=by, at=at)[0]
    if outcome.taken is Taken.NEW and outcome.judgement is not None:
        row.repetition_id = delivery.report_id
        again = {r.subject: r.value for r in outcome.judgement.reasons if r.measured}
        row.about = {"technique": list(technique), "again": again}
        _settle(row, outcome.judgement, at=at)
    return Done(outcome, patient=delivery.patient, kind="control", object_id=row.id)


def _settle(row: Control, again: verdict.Judgement, *, at: datetime) -> None:
    first = Judgement.objects.get(id=row.judgement_id)
    held, kinds = _judged(first), frozenset(row.kinds)
    in_time = row.state == ASKED and at <= row.until
    bad = borne_out(held, again, kinds)
    item = _place(row.patient_id)
    reason = _standing(item, first)
    if in_time and not bad and item and reason and _unseen(row, item):
        _lower(row, first, held, again, item, reason, at=at)
    elif row.state == ASKED:
        _end(row, "borne-out" if bad else "too-late" if not in_time else "seen", at=at)
        _plain_red([row])
    else:
        row.save(update_fields=["repetition", "about"])


def _judged(row: Judgement) -> verdict.Judgement:
    return verdict.Judgement(Zone(row.zone), tuple(Found.from_dict(one) for one in row.reasons))


def _place(patient: UUID) -> Item | None:
    rows = Item.objects.select_for_update().filter(patient_id=patient, open=True)
    return rows.first()


def _standing(item: Item | None, first: Judgement) -> Reason | None:
    """Why the report stands on the list; None when somebody has closed it."""
    if item is None:
        return None
    return Reason.objects.filter(item_id=item.id, judgement_id=first.id, open=True).first()


def _unseen(row: Control, item: Item) -> bool:
    """Whether nobody has opened the place, or had it, since the patient was asked."""
    return row.opened_at is None and item.seen_at is None and item.taken_by_id is None


def _lower(
    row: Control,
    first: Judgement,
    held: verdict.Judgement,
    again: verdict.Judgement,
    item: Item,
    reason: Reason,
    *,
    at: datetime,
) -> None:
    values = {found.subject: float(found.value or 0) for found in again.reasons}
    made = lowered(held, values, frozenset(row.kinds))
    new = Verdict(new_id(), row.patient_id, first.taken_at, made, report=row.report_id, again=True)
    keep_judgements([new], at=at)
    reason.zone, reason.judgement_id = int(made.zone), new.id
    _no_longer_asked(reason, row)
    reason.save(update_fields=["zone", "judgement", "about"])
    _end(row, "good", at=at)
    _turn_state(row.patient_id)
    _rank(item)


def _end(row: Control, state: str, *, at: datetime) -> None:
    row.state, row.settled_at = state, at
    row.save(update_fields=["state", "settled_at", "repetition", "about"])


_TURN = f"""
update triage_state s set
    red_at = w.red, yellow_at = greatest(s.yellow_at, w.yellow),
    zone = case when w.red >= s.taken_at - {TOGETHER} then 3
                when greatest(s.yellow_at, w.yellow) >= s.taken_at - {TOGETHER} then 2
                else s.zone end
from (select max(j.taken_at) filter (where j.zone = 3) as red,
             max(j.taken_at) filter (where j.zone = 2) as yellow
      from triage_judgement j
      where j.tenant_id = %(tenant)s and j.patient_id = %(patient)s and {STANDING}) w
where s.tenant_id = %(tenant)s and s.patient_id = %(patient)s
"""


def _turn_state(patient: UUID) -> None:
    """The patient's zone as the judgements that stand say: the newest red is not one any more."""
    with connection.cursor() as cursor:
        asked = {"tenant": current_tenant(), "patient": patient}
        cursor.execute(_TURN, asked)


def _rank(item: Item) -> None:
    """The place its open reasons ask for; it has waited as long as it has."""
    left = Reason.objects.filter(item_id=item.id, open=True)
    item.wake()
    item.rank = min((asks(one) for one in left), default=Rank.GREEN)
    zone = cooperation_of(item.tenant_id).zone
    item.due_at = due_anew(item, zone=zone, at=item.since)
    item.version += 1
    item.save(update_fields=["rank", "due_at", "version", "snoozed_until", "waking_rank"])
    tell([(item.unit_id, item.id)])


def asks(reason: Reason) -> Rank:
    return Rank.RED_CONTROL if "control" in reason.about else rank_of(reason.zone)


def _plain_red(controls: Sequence[Control]) -> None:
    """No longer awaited: the reds are plain ones."""
    judged = {one.judgement_id: one for one in controls}
    patients = {one.patient_id for one in controls}
    rows = Item.objects.select_for_update().filter(patient_id__in=patients, open=True)
    items = {item.id: item for item in rows.order_by("patient_id")}
    changed = set()
    for reason in Reason.objects.filter(patient_id__in=patients, judgement_id__in=judged):
        if reason.judgement_id is not None:  # closed ones too: a closing may be undone
            _no_longer_asked(reason, judged[reason.judgement_id])
            reason.save(update_fields=["about"])
            changed.add(reason.item_id)
    for item_id in items.keys() & changed:
        _rank(items[item_id])


def _no_longer_asked(reason: Reason, control: Control) -> None:
    """What the patient measured and said meanwhile stands in its place."""
    about = {key: said for key, said in reason.about.items() if key != "control"}
    reason.about = about | {key: said for key, said in control.about.items() if said}


def expire(controls: Sequence[UUID], *, at: datetime) -> int:
    """Those whose time has gone are plain reds, by the server's clock; how many."""
    due = Control.objects.filter(id__in=list(controls), state=ASKED, until__lt=at)
    hold(set(due.values_list("patient_id", flat=True)))
    rows = list(due.select_for_update().order_by("id"))
    for row in rows:
        _end(row, "too-late", at=at)
    _plain_red(rows)
    return len(rows)


def control_of(patient: UUID, report: UUID) -> Control | None:
    """The control of a report, whichever of the two it is: the first, or the repetition."""
    of_either = Q(report_id=report) | Q(repetition_id=report)
    return Control.objects.filter(of_either, patient_id=patient).first()
