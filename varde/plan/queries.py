"""Reading of plans: what holds, what is on its way, who waits for what, and what was done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, Max, OuterRef

from varde.audit.queries import opened_there
from varde.core.plan import OPEN, Medication, Stage, decoded
from varde.people.doctors import patients_of
from varde.plan.models import Agreement, Copy, Course, Input, Plan, Tick, Training

SHOWS_IT = ("plan", "pdf", "record")  # the openings in which the plan is seen
_PEOPLE = (
    "drafted_by", "edited_by", "proposed_by", "asked", "returned_by", "approved_by",
    "approved_for", "ended_by", "organisation",
)  # fmt: skip


def in_force(patient: UUID) -> Plan | None:
    """The plan that holds."""
    rows = Plan.objects.filter(patient_id=patient, stage=Stage.APPROVED)
    return rows.select_related(*_PEOPLE).first()


def open_plan(patient: UUID) -> Plan | None:
    """The draft or proposal on its way."""
    rows = Plan.objects.filter(patient_id=patient, stage__in=OPEN)
    return rows.select_related(*_PEOPLE).first()


def versions(patient: UUID) -> list[Plan]:
    """Every version that has been in force, the newest first."""
    rows = Plan.objects.filter(patient_id=patient, version__isnull=False)
    return list(rows.select_related(*_PEOPLE).order_by("-version"))


def last_approved(patients: Collection[UUID]) -> dict[UUID, datetime]:
    """When a plan was last approved of each, of those of whom any was."""
    rows = Plan.objects.filter(patient_id__in=patients, approved_at__isnull=False)
    return dict(rows.values_list("patient_id").annotate(Max("approved_at")))


def dropped(patient: UUID) -> list[Plan]:
    """The drafts that came to nothing, the newest first."""
    rows = Plan.objects.filter(patient_id=patient, stage=Stage.DROPPED)
    return list(rows.select_related(*_PEOPLE).order_by("-ended_at"))


def version_of(patient: UUID, version: int) -> Plan | None:
    rows = Plan.objects.filter(patient_id=patient, version=version)
    return rows.select_related(*_PEOPLE).first()


def version_with(patient: UUID, wanted: UUID) -> Plan | None:
    """A version that is or has been in force, by its id."""
    rows = Plan.objects.filter(patient_id=patient, id=wanted, version__isnull=False)
    return rows.select_related(*_PEOPLE).first()


def told_of(patient: UUID) -> list[tuple[Plan, Medication]]:
    """What may have been started by a plan that is or was in force, as the newest that names the
    drug says it: what was on paper may be started after the plan has ended."""
    rows = Plan.objects.filter(patient_id=patient, version__isnull=False).order_by("-version")
    found: dict[str, tuple[Plan, Medication]] = {}
    for row in rows:
        for _section, _zone, one in decoded(row.content).medications:
            if one.on_the_list:
                found.setdefault(one.drug.strip().casefold(), (row, one))
    return list(found.values())


def before(plan: Plan) -> Plan | None:
    """The version that this one replaces, or would."""
    rows = Plan.objects.filter(patient_id=plan.patient_id, version__isnull=False)
    if plan.version is not None:
        rows = rows.filter(version__lt=plan.version)
    return rows.order_by("-version").first()


def last_withdrawn(patient: UUID) -> Plan | None:
    """The plan that was withdrawn, when nothing has come in its place."""
    row = Plan.objects.filter(patient_id=patient, version__isnull=False)
    newest = row.select_related(*_PEOPLE).order_by("-version").first()
    return newest if newest is not None and newest.stage == Stage.WITHDRAWN else None


def inputs(patient: UUID) -> list[Input]:
    """What drafts are made from, the newest first."""
    return list(Input.objects.filter(patient_id=patient).select_related("by").order_by("-at"))


def newest_input(patient: UUID, kind: str = "patient") -> Input | None:
    rows = Input.objects.filter(patient_id=patient, kind=kind).select_related("by")
    return rows.order_by("-at").first()


def prepared_by(patients: Collection[UUID]) -> dict[UUID, datetime]:
    """When each of those who have prepared a plan with their own words last wrote them."""
    rows = Input.objects.filter(patient_id__in=list(patients), kind="patient")
    return dict(rows.values_list("patient_id").annotate(Max("at")))


def newest_of_all(patient: UUID) -> Input | None:
    """What came last of all that drafts are made from."""
    return Input.objects.filter(patient_id=patient).order_by("-at", "-id").first()


def inputs_since(plans: Collection[Plan]) -> dict[UUID, dict[str, str]]:
    """What has come since what was read when each of the plans was approved: of each kind the
    newest, by its id."""
    read = ((plan.patient_id, plan.read_until or plan.approved_at) for plan in plans)
    since = {patient: at for patient, at in read if at is not None}
    found: dict[UUID, dict[str, str]] = defaultdict(dict)
    rows = Input.objects.filter(patient_id__in=list(since)).order_by("at", "id")
    if since:
        rows = rows.filter(at__gt=min(since.values()))
    for row, patient, kind, at in rows.values_list("id", "patient_id", "kind", "at"):
        if at > since[patient]:
            found[patient][kind] = row.hex
    return found


def newest_said(patient: UUID) -> Input | None:
    """The patient's newest words of what matters, written or said when goals were talked of."""
    rows = Input.objects.filter(patient_id=patient, kind__in=("patient", "talk"))
    return rows.exclude(goals="").order_by("-at").first()


def asked_of(doctors: Collection[UUID], *, at: datetime) -> list[Plan]:
    """What waits for these doctors' approval, whoever was asked when it was sent; the oldest
    first."""
    rows = Plan.objects.filter(stage=Stage.PROPOSED, patient_id__in=patients_of(doctors, at=at))
    return list(rows.select_related("patient", "proposed_by").order_by("proposed_at"))


def copies(plan: UUID) -> list[Copy]:
    """Who has it."""
    rows = Copy.objects.filter(plan_id=plan).select_related("organisation")
    return list(rows.order_by("at", "id"))


def new_copies(unit: UUID, *, since: datetime, most: int = 20) -> list[Copy]:
    """What the organisation has been given and nobody there has opened, the newest first."""
    rows = Copy.objects.filter(organisation_id=unit, ended_at__isnull=True, at__gte=since)
    rows = rows.exclude(plan__organisation_id=unit).exclude(
        opened_there(unit, since="at", what=SHOWS_IT)
    )
    return list(rows.select_related("patient", "plan__approved_by").order_by("-at")[:most])


def withdrawn_copies(unit: UUID, *, since: datetime, most: int = 20) -> list[Copy]:
    """What the organisation had and was withdrawn, with nothing in its place, and nobody there has
    opened since; the newest first."""
    held = Copy.objects.filter(
        tenant_id=OuterRef("tenant_id"), organisation_id=unit, ended_at__isnull=True,
        patient_id=OuterRef("patient_id"),
    )  # fmt: skip
    rows = Copy.objects.filter(
        ~Exists(held), organisation_id=unit, plan__stage=Stage.WITHDRAWN, ended_at__gte=since
    )
    rows = rows.exclude(plan__organisation_id=unit)
    rows = rows.exclude(opened_there(unit, since="ended_at", what=SHOWS_IT))
    return list(rows.select_related("patient", "plan__ended_by").order_by("-ended_at")[:most])


def agreement(plan: UUID) -> Agreement | None:
    """What the patient said last of a version."""
    return Agreement.objects.filter(plan_id=plan).order_by("-at", "-id").first()


def trained_in(plan: UUID) -> list[Training]:
    return list(Training.objects.filter(plan_id=plan).select_related("by").order_by("-at"))


def ticks(patient: UUID, *, since: date) -> list[Tick]:
    """What the patient has done by the plan, the newest first."""
    rows = Tick.objects.filter(patient_id=patient, day__gte=since, undone_at__isnull=True)
    return list(rows.order_by("-day", "-at"))


def course(patient: UUID, wanted: UUID) -> Course | None:
    return Course.objects.filter(patient_id=patient, id=wanted).first()


def struck(patient: UUID) -> list[Course]:
    """What was said to be started, and was not."""
    rows = Course.objects.filter(patient_id=patient, struck_at__isnull=False)
    return list(rows.select_related("struck_by").order_by("-struck_at"))


def courses(patient: UUID) -> list[Course]:
    """What was started by the plan, errors left out, the newest first."""
    rows = Course.objects.filter(patient_id=patient, struck_at__isnull=True)
    return list(rows.select_related("by").order_by("-started_on", "-at"))


def without_plan(patients: Sequence[UUID]) -> set[UUID]:
    """Those of them who have no plan in force."""
    rows = Plan.objects.filter(patient_id__in=list(patients), stage=Stage.APPROVED)
    return set(patients) - set(rows.values_list("patient_id", flat=True))


def standings(patients: Sequence[UUID]) -> dict[UUID, dict[str, Plan]]:
    """Of each patient the plan in force and the one on its way, by stage."""
    rows = Plan.objects.filter(
        patient_id__in=list(patients), stage__in=(*OPEN, Stage.APPROVED)
    ).select_related("asked", "drafted_by", "approved_by")
    found: dict[UUID, dict[str, Plan]] = defaultdict(dict)
    for row in rows:
        found[row.patient_id][row.stage] = row
    return dict(found)


def untrained(plans: Iterable[UUID]) -> set[UUID]:
    """Those of the plans in which nobody has been trained who could tell what to do."""
    wanted = set(plans)
    done = Training.objects.filter(plan_id__in=wanted, understood=True).values_list(
        "plan_id", flat=True
    )
    return wanted - set(done)
