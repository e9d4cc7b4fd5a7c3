"""Who comes home to the patient, the outreach team and home care: whom they are shared with, their
visits, and what breathing support is set to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Max

from varde.base.periods import LEAST, until
from varde.core.access import DOCTORS, Denied, Ground, Role
from varde.core.follow_up import HangsOn
from varde.core.ordering import How
from varde.core.request import NotRequested, demand_words
from varde.core.support import NotSet, checked
from varde.dialogue.actions import send_letter
from varde.dialogue.queries import wrote
from varde.measuring.queries import following, following_now
from varde.pathway.models import Support, Visit
from varde.pathway.together import asked, requests
from varde.pathway.together.requests import COME_HOME, TEAM
from varde.people import sharing
from varde.people.action import Done, action
from varde.people.doctors import doctors_of
from varde.people.models import Organisation
from varde.people.queries import come_to
from varde.people.viewer import Viewer
from varde.triage import tasks
from varde.triage.keeping import hold
from varde.triage.worklist import EXCERPT, NewReason, raise_work

HOWS = ("home", "phone", "video")
LONGEST_WHY = 300
AHEAD = timedelta(minutes=10)
LONGEST_AGO = timedelta(days=366)  # what is older, or so far ahead, is a slip of the keyboard
UNCONFIRMED = "support-unconfirmed"  # the kind of task
REFUSED = "support-refused"  # the same, when a doctor says that it was not ordered
CONFIRM_WITHIN = timedelta(hours=72)  # as a telephone order of limits (decisions 3.4), unsigned
LETTER = "visit"


def share(*, patient: UUID, team: UUID, by: Viewer, at: datetime) -> None:
    """The team sees the patient from now, and until it is said otherwise. Raises `NotRequested`:
    whom, ground (let in for a time, one lets nobody in), consent."""
    if team not in {one.id for one in come_to(patient, COME_HOME, at=at)}:
        raise NotRequested("whom")  # no team, or another municipality's
    hold([patient])
    if not sharing.may_pass_on(patient, by, at=at):
        raise NotRequested("ground")
    if sharing.refuses(patient):
        raise NotRequested("consent")
    sharing.let_reach(patient=patient, organisation=team, ground=Ground.CARE_TEAM, by=by, at=at)


def unshare(*, patient: UUID, team: UUID, by: Viewer, at: datetime) -> None:
    """The team sees the patient no more, and is asked for nothing."""
    _demand_team(team)
    hold([patient])
    if not sharing.may_pass_on(patient, by, at=at):
        raise NotRequested("ground")
    sharing.end_reach(patient=patient, organisation=team, ground=Ground.CARE_TEAM, by=by, at=at)
    for row in asked.open_of(patient, team):
        requests.drop(row, by, at)


def _demand_team(unit: UUID) -> None:
    if not Organisation.objects.filter(id=unit, kind__in=COME_HOME).exists():
        raise NotRequested("whom")


@action("write-visit")
def visit(
    *, patient: UUID, how: str, on: date, text: str, next_on: date | None, letter: str | None,
    by: Viewer, at: datetime,
) -> Done[Visit]:  # fmt: skip
    """A visit: written once; whoever follows has it on the list, and the GP by `letter`.

    Sent twice it is one. Raises `NotRequested`: words, long, past (a day to come, or a next visit
    that has been), whom (no GP to write to).
    """
    words, today = demand_words(text), at.astimezone(ZoneInfo(by.zone)).date()
    known = today - LONGEST_AGO <= on <= today
    planned = next_on is None or on <= next_on <= today + LONGEST_AGO
    if how not in HOWS or not known or not planned:
        raise NotRequested("past")
    hold([patient])
    said = {"patient_id": patient, "unit_id": by.seat, "how": how, "on": on, "text": words,
            "next_on": next_on}  # fmt: skip
    before = Visit.objects.filter(**said, by_id=by.actor).first()
    if before is not None:
        _write_to_gp(patient, letter, by, at)  # it may be asked for the second time
        return Done(before, patient=patient, kind="visit", object_id=before.id)
    row = Visit.objects.create(**said, by_id=by.actor, at=at)
    about = {"visit": str(row.id), "author": by.name, "excerpt": words[:EXCERPT]}
    if following([patient], zone=by.zone, at=at).get(patient) is not None:
        raise_work(patient, NewReason("visit", about=about), zone=by.zone, at=at)
    _write_to_gp(patient, letter, by, at)
    return Done(row, patient=patient, kind="visit", object_id=row.id)


def _write_to_gp(patient: UUID, letter: str | None, by: Viewer, at: datetime) -> None:
    """Once, where it is asked for."""
    if letter is None:
        return
    gp = sharing.gp_to_write_to(patient, at=at)
    if gp is None:
        raise NotRequested("whom")
    if not wrote(patient, gp.id, letter, since=at - timedelta(days=1)):
        send_letter(patient=patient, to=gp.id, kind=LETTER, text=letter, by=by, at=at)


def sets_support(by: Viewer) -> bool:
    """Whether who acts sets breathing support: a doctor, or the outreach team; home care visits,
    and does not."""
    if by.role is not Role.OUTREACH:
        return by.role in DOCTORS
    return Organisation.objects.filter(id=by.seat, kind=TEAM).exists()


def _reason(why: str) -> str:
    words = why.strip()
    if not any(one.isalnum() for one in words) or len(words) > LONGEST_WHY:
        raise NotSet("reason")
    return words


def _demand_doctor(row: Support, by: Viewer, at: datetime) -> None:
    if by.actor not in {one.person for one in doctors_of(row.patient_id, zone=by.zone, at=at)}:
        raise NotSet("doctor")


def _unconfirmed(support: UUID, by: Viewer, at: datetime) -> Support:
    """One that a doctor of the patient is still to confirm, or to say was never ordered."""
    row = _locked(support)
    if row.confirmed_at is not None or row.refused_at is not None:
        raise NotSet("gone")
    _demand_doctor(row, by, at)
    return row


def _demand_setter(by: Viewer) -> None:
    if not sets_support(by):
        raise Denied("home care does not set breathing support")


@action("set-support")
def set_support(
    *, patient: UUID, kind: str, typed: Mapping[str, float | None], why: str, doctor: UUID,
    how: str, ordered_at: datetime, since: datetime, sure: bool = False, seen: str = "",
    by: Viewer, at: datetime,
) -> Done[Support]:  # fmt: skip
    """What it is set to from `since`, on a doctor's word; what was before ends then.

    A doctor's own is confirmed by that; on another's word the doctor is asked to confirm it, and
    after 72 hours it is the service's to ask. `seen`: the setting that was shown as holding.
    Raises `NotSet`.
    """
    _demand_setter(by)
    settings = checked(kind, typed, sure=sure)
    words = _reason(why)
    earliest = min(ordered_at, since)
    believed = earliest >= at - LONGEST_AGO and max(ordered_at, since) <= at + AHEAD
    if not believed or how not in {one.value for one in How}:
        raise NotSet("time")
    own = by.role in DOCTORS
    known = {one.person for one in doctors_of(patient, zone=by.zone, at=at)}
    if doctor not in known or (own and (doctor != by.actor)) or (not own and how == How.HERE):
        raise NotSet("doctor")
    hold([patient])
    before = _held(patient, kind)
    if since < _last_end(patient, kind):
        raise NotSet("time")
    if seen != (str(before.id) if before else ""):
        raise NotSet("gone")
    if before is not None:
        if since < before.period.lower:
            raise NotSet("time")
        _end(before, since, words, by, at)
    row = Support.objects.create(
        patient_id=patient, kind=kind, settings=settings, why=words, ordered_by_id=doctor,
        how=How.HERE if own else how, ordered_at=ordered_at, entered_by_id=by.actor,
        entered_from_id=by.seat, entered_at=at, period=DateTimeTZRange(since, None),
        confirmed_by_id=doctor if own else None, confirmed_at=at if own else None,
    )  # fmt: skip
    if not own:
        _remind(row, by, at)
    return _done(row)


@action("set-support")
def end_support(
    *, support: UUID, why: str, since: datetime, by: Viewer, at: datetime
) -> Done[Support]:
    """It is used no more from then. Raises `NotSet`: gone, reason, time, doctor (none of the
    patient's)."""
    _demand_setter(by)
    words = _reason(why)
    row = _locked(support)
    if by.role in DOCTORS:
        _demand_doctor(row, by, at)
    if row.period.upper is not None:
        raise NotSet("gone")
    if not row.period.lower <= since <= at + AHEAD:
        raise NotSet("time")
    _end(row, since, words, by, at)
    return _done(row)


def _end(row: Support, since: datetime, why: str, by: Viewer, at: datetime) -> None:
    row.period = until(row.period, since)
    row.ended_by_id, row.ended_why = by.actor, why
    row.save()
    if _corrected(row):
        _not_reminded(row, by, at)


@action("confirm-support")
def confirm(*, support: UUID, by: Viewer, at: datetime) -> Done[Support]:
    """A doctor of the patient has seen what was set, and that it is what was ordered. Raises
    `NotSet`: gone, doctor (none of the patient's)."""
    row = _unconfirmed(support, by, at)
    row.confirmed_by_id, row.confirmed_at = by.actor, at
    row.save()
    _not_reminded(row, by, at)
    return _done(row)


def _replaced_by(row: Support) -> Support | None:
    """What this was entered in the place of, and ended by that alone."""
    rows = Support.objects.filter(
        patient_id=row.patient_id, kind=row.kind, refused_at=None,
        period__endswith=row.period.lower, ended_by_id=row.entered_by_id, ended_why=row.why,
    )  # fmt: skip
    return rows.exclude(id=row.id).order_by("-entered_at").first()


def _corrected(row: Support) -> bool:
    """Ended as soon as it began, or never ordered: it was a slip."""
    if row.refused_at is not None:
        return True
    return row.period.upper is not None and row.period.upper - row.period.lower <= LEAST


@action("confirm-support")
def refuse(*, support: UUID, why: str, by: Viewer, at: datetime) -> Done[Support]:
    """A doctor of the patient says that this was not ordered, or is entered wrong: it is no order,
    what it came in the place of holds again, and whoever follows has it at once. Raises `NotSet`:
    gone, doctor, reason."""
    words = _reason(why)
    row = _unconfirmed(support, by, at)
    row.refused_by_id, row.refused_at, row.refused_why = by.actor, at, words
    before, ended = _replaced_by(row), (row.period.upper, row.ended_by_id, row.ended_why)
    if row.period.upper is None:
        _end(row, max(at, row.period.lower), words, by, at)
    row.save()
    if before is not None:  # it went on until this did, or goes on
        until_then, before.ended_by_id, before.ended_why = ended
        before.period = DateTimeTZRange(before.period.lower, until_then)
        before.save()
    _not_reminded(row, by, at)
    followed = following_now([row.patient_id], zone=by.zone, at=at).get(row.patient_id)
    if followed is not None:
        task = tasks.raise_task(
            patient=row.patient_id, unit=followed.unit, kind=REFUSED, due_at=at,
            about={"author": by.name, "excerpt": words}, occurrence=str(row.id),
            hangs_on=HangsOn.FOLLOW_UP, by=by, at=at,
        )  # fmt: skip
        tasks.put_on_list(task.id, zone=by.zone, at=at)
    return _done(row)


def _remind(row: Support, by: Viewer, at: datetime) -> None:
    followed = following_now([row.patient_id], zone=by.zone, at=at).get(row.patient_id)
    if followed is not None:
        tasks.raise_task(
            patient=row.patient_id, unit=followed.unit, kind=UNCONFIRMED,
            due_at=at + CONFIRM_WITHIN, about={"support": str(row.id)}, occurrence=str(row.id),
            hangs_on=HangsOn.FOLLOW_UP, by=by, at=at,
        )  # fmt: skip


def _not_reminded(row: Support, by: Viewer, at: datetime) -> None:
    for one in tasks.open_tasks(row.patient_id, (UNCONFIRMED,)):
        if one.occurrence == str(row.id):
            tasks.done_elsewhere(one, by=by, at=at)


def _locked(support: UUID) -> Support:
    patient = Support.objects.filter(id=support).values_list("patient_id", flat=True).first()
    if patient is None:
        raise NotSet("gone")
    hold([patient])
    row = Support.objects.select_for_update().filter(id=support).first()
    if row is None:
        raise NotSet("gone")
    return row


def _held(patient: UUID, kind: str) -> Support | None:
    rows = Support.objects.filter(patient_id=patient, kind=kind, period__endswith__isnull=True)
    return rows.first()


def _last_end(patient: UUID, kind: str) -> datetime:
    """When the last of them ended; the beginning of time where none has. One that was corrected at
    once never held."""
    rows = Support.objects.filter(patient_id=patient, kind=kind, period__endswith__isnull=False)
    ends = [row.period.upper for row in rows if not _corrected(row)]
    return max(ends, default=datetime.min.replace(tzinfo=UTC))


def _done(row: Support) -> Done[Support]:
    return Done(row, patient=row.patient_id, kind="support", object_id=row.id)


def is_of(support: UUID, patient: UUID) -> bool:
    return Support.objects.filter(id=support, patient_id=patient).exists()


def supports(patient: UUID) -> list[Support]:
    """All that has held and holds, the newest first."""
    rows = Support.objects.filter(patient_id=patient).select_related(
        "ordered_by", "entered_by", "confirmed_by", "ended_by", "refused_by"
    )
    return sorted(rows, key=lambda row: (row.period.lower, row.entered_at), reverse=True)


def last_set(patients: Collection[UUID]) -> dict[UUID, datetime]:
    """When oxygen was last entered of each, of those of whom it was."""
    rows = Support.objects.filter(patient_id__in=patients, kind="oxygen", refused_at=None)
    return dict(rows.values_list("patient_id").annotate(Max("entered_at")))


def unconfirmed_of(doctors: Collection[UUID]) -> list[Support]:
    """What was set on the word of these doctors, and they have not confirmed; ended or not."""
    rows = Support.objects.filter(
        ordered_by_id__in=list(doctors), confirmed_at=None, refused_at=None
    )
    found = rows.select_related("patient", "entered_by").order_by("entered_at")
    return [row for row in found if not _corrected(row)]


def visits(patient: UUID) -> list[Visit]:
    rows = Visit.objects.filter(patient_id=patient).select_related("by", "unit")
    return list(rows.order_by("-on", "-at"))


def last_visits(patients: Iterable[UUID]) -> dict[UUID, tuple[date, date | None, int]]:
    """Of each: the last visit at home, the next that was planned with the newest of any kind, and
    how many at home in all."""
    rows = Visit.objects.filter(patient_id__in=list(patients)).order_by("on", "at")
    found: dict[UUID, tuple[date, date | None, int]] = {}
    home: dict[UUID, tuple[date, int]] = {}
    for patient, how, on, next_on in rows.values_list("patient_id", "how", "on", "next_on"):
        if how == "home":
            home[patient] = (on, home.get(patient, (on, 0))[1] + 1)
        found[patient] = (home.get(patient, (on, 0))[0], next_on, home.get(patient, (on, 0))[1])
    return found
