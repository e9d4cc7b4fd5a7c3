"""Approving: a doctor is asked, answers, approves or withdraws; who then has the plan."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from varde.core.access import Ground
from varde.core.calendar import in_opening_days, next_opening
from varde.core.follow_up import HangsOn
from varde.core.plan import Content, NotPlanned, Stage, decoded, demand_move, lacking, to_fill_in
from varde.core.zones import Zone
from varde.measuring.queries import Following, followed_now, following_now, habitual_values
from varde.people import sharing
from varde.people.action import Done, action
from varde.people.doctors import acting_doctor, doctors_of, may_approve
from varde.people.models import Relation
from varde.people.queries import responsible_doctor
from varde.people.viewer import Viewer
from varde.plan.models import Copy, Plan
from varde.plan.queries import in_force, newest_of_all
from varde.plan.writing import SUMMARY, WAITS, demand_drafter, drafted, hold, keep, withdraw_tasks
from varde.triage.history import last_done
from varde.triage.keeping import hold as hold_all
from varde.triage.ordered import beside, mark_of
from varde.triage.ordered_rules import rules_held
from varde.triage.tasks import open_of, put_on_list, raise_task, reviewed
from varde.triage.thresholds import in_force as limits_in_force
from varde.triage.thresholds import limits_of

TRAIN, PRINT, TALK, LOOK = "plan-train", "plan-print", "plan-review", "plan-look"
RETURNED, WITHDRAWN, REVIEW = "plan-returned", "plan-withdrawn", "review-plan"
OF_A_VERSION = (TRAIN, PRINT, TALK, LOOK)  # tasks that end with the version they are of
# Unsigned: in how many of the service's opening days a doctor is to have answered.
ANSWER_IN = 2
# Who has an approved plan at once (domain 5).
HAVE_IT = (
    Ground.FOLLOW_UP_SERVICE,
    Ground.GP,
    Ground.SPECIALIST,
    Ground.REFERRAL,
    Ground.HOME_MUNICIPALITY,
    Ground.CARE_TEAM,
)


@action("draft-plan")
def propose(*, patient: UUID, plan: UUID, edition: int, by: Viewer, at: datetime) -> Done[Plan]:
    """The responsible doctor, or who stands in, is asked to approve the draft as it stands, and to
    fill in what is a doctor's: doses, and how long a course is.

    Raises `NotPlanned`: gone, changed, drafter, lacks, nobody.
    """
    demand_drafter(patient, by=by, at=at)
    row = drafted(plan, patient, edition)
    demand_move(Stage(row.stage), Stage.PROPOSED)
    if to_fill_in(decoded(row.content)):
        raise NotPlanned("lacks")
    doctor = acting_doctor(patient, zone=by.zone, at=at)
    if doctor is None:
        raise NotPlanned("nobody")
    row.stage, row.asked_id, row.proposed_by_id, row.proposed_at = (
        Stage.PROPOSED, doctor.person, by.actor, at,
    )  # fmt: skip
    row.save(update_fields=["stage", "asked", "proposed_by", "proposed_at"])
    _remind(row, by=by, at=at)
    return Done(row, patient=patient, kind="plan", object_id=row.id)


def ask_anew(patient: UUID, *, zone: str, at: datetime) -> None:
    """What waits for approval waits for who acts as responsible now."""
    acting = acting_doctor(patient, zone=zone, at=at)
    if acting is not None:
        rows = Plan.objects.filter(patient_id=patient, stage=Stage.PROPOSED)
        rows.update(asked_id=acting.person)


def _remind(row: Plan, *, by: Viewer, at: datetime) -> None:
    followed = _followed(row.patient_id, by, at)
    if followed is not None:
        due_at = in_opening_days(followed.hours, at, ANSWER_IN)
        occurrence = f"{row.id.hex}-{row.edition}"
        raise_task(patient=row.patient_id, unit=followed.unit, kind=WAITS, due_at=due_at,
                   occurrence=occurrence, hangs_on=HangsOn.FOLLOW_UP, by=by,
                   at=at)  # fmt: skip


def remind_again(unit: UUID, *, by: Viewer, at: datetime) -> int:
    """Of what waits for a doctor and whose reminder is done: as long after, it is asked about
    again. How many."""
    proposed = Plan.objects.filter(stage=Stage.PROPOSED, patient_id__in=followed_now(unit, at=at))
    waits = {row.patient_id: row for row in proposed}
    asked = {one.patient_id for one in open_of(waits, WAITS)}
    left = [patient for patient in waits if patient not in asked]
    if not left:
        return 0
    hold_all(left)
    waits = {row.patient_id: row for row in proposed.filter(patient_id__in=left)}
    done, follow = last_done(left, (WAITS,)), following_now(left, zone=by.zone, at=at)
    n = 0
    for patient, row in waits.items():
        followed = follow.get(patient)
        last = max(done.get(patient, row.proposed_at or at), row.proposed_at or at)
        if followed is None:
            continue
        due_at = in_opening_days(followed.hours, last, ANSWER_IN)
        raise_task(patient=patient, unit=followed.unit, kind=WAITS, due_at=due_at,
                   occurrence=f"{row.id.hex[:26]}{last:%y%m%d%H%M%S}",
                   hangs_on=HangsOn.FOLLOW_UP, by=by, at=at)  # fmt: skip
        n += 1
    return n


def _followed(patient: UUID, by: Viewer, at: datetime) -> Following | None:
    return following_now([patient], zone=by.zone, at=at).get(patient)


@action("approve-plan")
def send_back(
    *, patient: UUID, plan: UUID, edition: int, why: str, by: Viewer, at: datetime
) -> Done[Plan]:
    """The doctor answers instead of approving: a draft again, and work for the service.

    Raises `NotPlanned`: gone, changed, doctor, reason.
    """
    row = _asked(plan, patient, edition, by=by, at=at)
    if not why.strip():
        raise NotPlanned("reason")
    demand_move(Stage(row.stage), Stage.DRAFT)
    row.stage, row.asked_id = Stage.DRAFT, None
    row.proposed_by_id = row.proposed_at = None
    row.returned_by_id, row.returned_at, row.returned_why = by.actor, at, why.strip()[:2000]
    row.edition += 1
    row.save()
    withdraw_tasks(patient, (WAITS,), by=by, at=at)
    _tell_service(patient, RETURNED, f"{row.id.hex}-{row.edition}", by=by, at=at, zone=0,
                  excerpt=row.returned_why)  # fmt: skip
    return Done(row, patient=patient, kind="plan", object_id=row.id)


def _asked(plan: UUID, patient: UUID, edition: int, *, by: Viewer, at: datetime) -> Plan:
    row = drafted(plan, patient, edition)
    if not may_approve(by.actor, patient, zone=by.zone, at=at):
        raise NotPlanned("doctor")
    return row


@action("approve-plan")
def approve(
    *,
    patient: UUID,
    plan: UUID,
    edition: int,
    content: Content | None = None,
    review_on: date | None = None,
    seen: str | None = None,
    by: Viewer,
    at: datetime,
) -> Done[Plan]:
    """It is in force from now, with the limits that hold now; the one before is replaced.

    `seen`: the mark of what was shown with it. With `content` the doctor has changed it, and
    approves it as changed. Raises `NotPlanned`: gone, changed, limits and inputs (what is approved
    is what was shown), doctor, lacks.
    """
    row = _asked(plan, patient, edition, by=by, at=at)
    demand_move(Stage(row.stage), Stage.APPROVED)
    if lacking(decoded(row.content) if content is None else content):
        raise NotPlanned("lacks")
    if seen is not None:
        judged, _, newest = seen.partition(".")
        judged_now, _, newest_now = shown_mark(patient, at=at).partition(".")
        if judged != judged_now:
            raise NotPlanned("limits")
        if newest != newest_now:
            raise NotPlanned("inputs")
    if content is not None:
        keep(row, content, review_on, by=by, at=at)
    before = in_force(patient)
    if before is not None:
        _end(before, Stage.REPLACED, by=by, at=at)
    _approved(row, by=by, at=at)
    _hand_out(row, at=at)
    withdraw_tasks(patient, (WAITS, SUMMARY, RETURNED, *OF_A_VERSION), by=by, at=at)
    reviewed(patient, REVIEW, by=by, at=at, said_at=row.edited_at)
    _next(row, by=by, at=at)
    return Done(row, patient=patient, kind="plan", object_id=row.id)


def shown_mark(patient: UUID, *, at: datetime) -> str:
    """What stands beside a plan that is to be approved: what the patient is judged by, a full stop,
    and the newest of what drafts are made from."""
    newest = newest_of_all(patient)
    return f"{judged_mark(patient, at=at)}.{newest.id.hex if newest is not None else ''}"


def judged_mark(patient: UUID, *, at: datetime) -> str:
    """The same as long as what the patient is judged by is the same: what the plan shows of
    measurements is approved as it was seen."""
    limits = {kind: limits_of(one) for kind, one in limits_in_force(patient, at=at).items()}
    usual = {kind: one.value for kind, one in habitual_values(patient).items()}
    beside_it = beside([patient], at=at).get(patient, {})
    more = (repr(sorted(usual.items())), repr(sorted(beside_it.items())))
    return mark_of(limits, [*sorted(rules_held(patient, at=at)), *more])


def _approved(row: Plan, *, by: Viewer, at: datetime) -> None:
    patient = row.patient_id
    responsible = responsible_doctor(patient, at=at)
    last = Plan.objects.filter(patient_id=patient, version__isnull=False).order_by("-version")
    row.stage, row.version = (
        Stage.APPROVED,
        (last.values_list("version", flat=True).first() or 0) + 1,
    )
    row.approved_by_id, row.approved_at, row.approved_role = by.actor, at, by.role
    newest = newest_of_all(patient)
    row.read_until = newest.at if newest is not None else at  # what had come stood beside it
    row.organisation_id = by.seat
    if responsible is not None and responsible.doctor_id != by.actor:
        row.approved_for_id = responsible.doctor_id
    row.limits = {
        kind: list(limits_of(one).in_order())
        for kind, one in limits_in_force(patient, at=at).items()
    }
    row.usual = {kind: one.value for kind, one in habitual_values(patient).items()}
    row.rules = sorted(rules_held(patient, at=at))
    row.beside = beside([patient], at=at).get(patient, {})
    row.save()


def _end(row: Plan, stage: Stage, *, by: Viewer, at: datetime, why: str = "") -> None:
    demand_move(Stage(row.stage), stage)
    row.stage, row.ended_at, row.ended_by_id, row.ended_why = stage, at, by.actor, why
    row.save(update_fields=["stage", "ended_at", "ended_by", "ended_why"])
    Copy.objects.filter(plan_id=row.id, ended_at__isnull=True).update(ended_at=at)


def _hand_out(row: Plan, *, at: datetime) -> int:
    """Whoever treats the patient has it at once; what they had before is replaced by it. Who treats
    her no more has it no longer, and who has come has it now; how many that were. Where she has
    said no to sharing, the service alone has it."""
    have_it = sharing.OWN if sharing.refuses(row.patient_id) else HAVE_IT
    rows = Relation.objects.filter(
        patient_id=row.patient_id, ground__in=have_it, period__contains=at,
        organisation__isnull=False,
    ).order_by("id")  # fmt: skip
    grounds = {one.organisation_id: one.ground for one in rows if one.organisation_id}
    held = Copy.objects.filter(plan_id=row.id, ended_at__isnull=True)
    held.exclude(organisation_id__in=grounds).update(ended_at=at)
    back = Copy.objects.filter(plan_id=row.id, organisation_id__in=grounds, ended_at__isnull=False)
    n = back.update(ended_at=None)
    known = set(held.values_list("organisation_id", flat=True))
    new = [
        Copy(
            plan=row, patient_id=row.patient_id, organisation_id=organisation, ground=ground, at=at
        )
        for organisation, ground in grounds.items()
        if organisation not in known
    ]
    Copy.objects.bulk_create(new)
    return n + len(new)


def hand_out_anew(unit: UUID, *, at: datetime) -> int:
    """Of the unit's patients those whose plan somebody has come to, or gone from, since it was
    handed out; how many have it now who had not."""
    followed = followed_now(unit, at=at)
    refusers = sharing.refusing(followed)
    treats = Relation.objects.filter(
        tenant_id=OuterRef("tenant_id"), patient_id=OuterRef("patient_id"), ground__in=HAVE_IT,
        period__contains=at, organisation__isnull=False,
    )  # fmt: skip
    has = Copy.objects.filter(
        tenant_id=OuterRef("tenant_id"), plan_id=OuterRef("id"), ended_at__isnull=True
    )
    this = Copy.objects.filter(
        tenant_id=OuterRef("tenant_id"), plan_id=OuterRef(OuterRef("id")), ended_at__isnull=True,
        organisation_id=OuterRef("organisation_id"),
    )  # fmt: skip
    theirs = Relation.objects.filter(
        tenant_id=OuterRef("tenant_id"), patient_id=OuterRef("patient_id"), ground__in=HAVE_IT,
        period__contains=at, organisation_id=OuterRef("organisation_id"),
    )  # fmt: skip
    rows = Plan.objects.filter(
        (Exists(treats.filter(~Exists(this))) & ~Q(patient_id__in=refusers))
        | Exists(has.filter(~Exists(theirs)))
        | (Exists(has.exclude(ground__in=sharing.OWN)) & Q(patient_id__in=refusers)),
        stage=Stage.APPROVED, patient_id__in=followed,
    ).order_by("patient_id")  # fmt: skip
    n, found = 0, list(rows)
    hold_all([one.patient_id for one in found])  # in the order that all hold patients in
    for one in found:
        row = Plan.objects.filter(id=one.id, stage=Stage.APPROVED).first()
        n += _hand_out(row, at=at) if row is not None else 0
    return n


def _next(row: Plan, *, by: Viewer, at: datetime) -> None:
    """The patient is trained in it, gets a new print where an earlier one hangs, also one that was
    withdrawn, and it is talked of again on its day."""
    followed = _followed(row.patient_id, by, at)
    if followed is None:
        return
    soon = in_opening_days(followed.hours, at, 2)
    wanted = [(TRAIN, soon)] + ([(PRINT, soon)] if row.version != 1 else [])
    if row.review_on is not None:
        morning = datetime.combine(row.review_on, time(0), ZoneInfo(by.zone))
        wanted.append((TALK, next_opening(followed.hours, max(morning, at))))
    for kind, due_at in wanted:
        raise_task(patient=row.patient_id, unit=followed.unit, kind=kind, due_at=due_at,
                   occurrence=str(row.id), hangs_on=HangsOn.FOLLOW_UP, by=by,
                   at=at)  # fmt: skip


@action("withdraw-plan")
def withdraw(*, patient: UUID, plan: UUID, why: str, by: Viewer, at: datetime) -> Done[Plan]:
    """It holds no more, from now: the patient is told on the page, and the service has to call.

    Any doctor who may order for the patient: to take away what may do harm is not to wait.
    Raises `NotPlanned`: gone, doctor, reason.
    """
    hold(patient)
    row = Plan.objects.select_for_update().filter(id=plan, patient_id=patient).first()
    if row is None or row.stage != Stage.APPROVED:
        raise NotPlanned("gone")
    if by.actor not in {one.person for one in doctors_of(patient, zone=by.zone, at=at)}:
        raise NotPlanned("doctor")
    if not why.strip():
        raise NotPlanned("reason")
    _end(row, Stage.WITHDRAWN, by=by, at=at, why=why.strip()[:2000])
    withdraw_tasks(patient, OF_A_VERSION, by=by, at=at)
    _tell_service(patient, WITHDRAWN, str(row.id), by=by, at=at, zone=int(Zone.YELLOW),
                  excerpt=row.ended_why)  # fmt: skip
    return Done(row, patient=patient, kind="plan", object_id=row.id)


def _tell_service(
    patient: UUID, kind: str, occurrence: str, *, by: Viewer, at: datetime, zone: int, excerpt: str
) -> None:
    """On the list at once, whatever the hour."""
    followed = _followed(patient, by, at)
    if followed is None:
        return
    row = raise_task(
        patient=patient, unit=followed.unit, kind=kind, due_at=at, occurrence=occurrence,
        about={"zone": zone, "excerpt": excerpt[:400], "author": by.name},
        hangs_on=HangsOn.FOLLOW_UP, by=by, at=at,
    )  # fmt: skip
    put_on_list(row.id, zone=by.zone, at=at)
