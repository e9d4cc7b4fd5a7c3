"""The demo: a cooperation in a believable week, lived day by day through the real intake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.base.rows import new_id
from varde.base.tenancy import acting
from varde.core.access import Role
from varde.core.quantities import BY_NAME
from varde.core.zones import Zone
from varde.dialogue.actions import write_note
from varde.measuring.hours import is_public_holiday
from varde.measuring.incoming import Delivery, rows_of_report
from varde.measuring.queries import expected, overdue
from varde.pathway import follow_up, regime
from varde.simulate.away import go_and_come
from varde.simulate.course import Sent, again, reports
from varde.simulate.nurses import work_through
from varde.simulate.plans import take_pack
from varde.simulate.together import ROUND, live_week
from varde.simulate.world import ZONE, World
from varde.triage import asks, handover
from varde.triage.intake import receive
from varde.triage.queries import states

DAYS = 182
ROUNDS = (time(9, 45), time(11, 45), time(13, 30), time(14, 45))  # when the nurses go through
RECKONED = 8  # the last days on which what follows by itself is reckoned each morning
WORSE = ("worse", "much-worse")
FINE = 3  # the last days are lived report by report, so that waiting times are true

PERSONAS = 2  # the first patients are to sign in as

Progress = Callable[[str, int, int], None]


def live(
    world: World,
    *,
    since: datetime,
    until: datetime,
    progress: Progress,
    lived: Callable[[datetime], None],
) -> None:
    """Live from the moment `since` to the moment `until`; `lived` is told after each day."""
    zone = ZoneInfo(ZONE)
    start, today = since.astimezone(zone).date(), until.astimezone(zone).date()
    days = (today - start).days + 1
    for n in range(days):
        day = start + timedelta(days=n)
        _live_day(world, day, since=since, until=until, zone=zone)
        lived(min(until, datetime.combine(day + timedelta(days=1), time(0), zone)))
        progress("days", n + 1, days)


@dataclass(frozen=True)
class Step:
    at: datetime
    what: str  # report, overdue, nurses, note, follow-up
    sent: tuple[tuple[UUID, Sent], ...] = ()


def _live_day(world: World, day: date, *, since: datetime, until: datetime, zone: ZoneInfo) -> None:
    if since <= datetime.combine(day, time(0, 2), zone) <= until:
        known = [(one.number, person) for one, person, began in world.patients
                 if one.number >= PERSONAS and began < day]  # fmt: skip
        go_and_come(known, day, seed=world.seed, by=world.nurses[0], zone=zone)
    due = _expect(world, day, zone)
    today = until.astimezone(zone).date()
    fine = (today - day).days < FINE
    if day == today:  # the personas are for those who try the demo
        due -= {person for patient, person, _ in world.patients if patient.number < PERSONAS}
    reckoned = (today - day).days < RECKONED
    for step in _steps(world, day, due, fine=fine, reckoned=reckoned, zone=zone):
        if step.at > until:
            return
        if step.at <= since:
            continue
        if step.what == "nurses" and step.at > until - timedelta(minutes=75):
            continue  # what has come in lately still waits
        with acting(world.system.frame(step.at)):
            _take(world, step, fine=fine)
    if since < datetime.combine(day, ROUND, zone):
        live_week(world, day, until=until)


def _expect(world: World, day: date, zone: ZoneInfo) -> set[UUID]:
    """Today's expectations; the patients who are to report."""
    midnight = datetime.combine(day, time(0, 1), zone)
    with acting(world.system.frame(midnight)):
        regime.expect_today(unit=world.service, day=day, at=midnight, zone=zone)
        return expected(day)


def _steps(
    world: World, day: date, due: set[UUID], *, fine: bool, reckoned: bool, zone: ZoneInfo
) -> Iterator[Step]:
    sent = []
    for patient, person, began in world.patients:
        if day < began:
            continue
        found = [again(patient, day, world.seed, zone)] if patient.number >= PERSONAS else []
        found += [reports(patient, day, world.seed, zone)] if person in due else []
        sent += [(person, report) for report in found if report is not None]
    sent.sort(key=lambda pair: pair[1].at)
    steps = [Step(datetime.combine(day, time(12, 1), zone), "overdue")]
    steps.append(Step(datetime.combine(day, time(0, 5), zone), "overdue"))
    if day.weekday() < 5 and not is_public_holiday(day):
        rounds = ROUNDS if fine else ROUNDS[1::2]
        steps += [Step(datetime.combine(day, moment, zone), "nurses") for moment in rounds]
        if reckoned:
            steps.append(Step(datetime.combine(day, time(13, 40), zone), "note"))
    if reckoned:
        steps.append(Step(datetime.combine(day, time(5), zone), "follow-up"))
    if fine:
        steps += [Step(one[1].at + timedelta(seconds=40), "report", (one,)) for one in sent]
    else:
        steps += _in_rounds(day, sent, zone)
    return iter(sorted(steps, key=lambda step: step.at))


def _in_rounds(day: date, sent: list[tuple[UUID, Sent]], zone: ZoneInfo) -> list[Step]:
    """Reports of an old day in a few batches, each received just before the nurses' round."""
    rounds = ROUNDS[1::2]
    ends = [datetime.combine(day, moment, zone) - timedelta(minutes=5) for moment in rounds]
    ends.append(datetime.combine(day, time(23, 50), zone))
    steps, begin = [], datetime.combine(day, time(0), zone)
    for end in ends:
        batch = tuple(one for one in sent if begin <= one[1].at < end)
        if batch:
            steps.append(Step(end, "report", batch))
        begin = end
    return steps


def _take(world: World, step: Step, *, fine: bool) -> None:
    if step.what == "report":
        deliveries = [delivery(person, sent) for person, sent in step.sent]
        receive(deliveries, source=world.source, by=world.system, at=step.at)
        for person, sent in step.sent:
            if sent.answers.get("breathing") in WORSE:
                rng = Random(f"{world.seed}:pack:{sent.at.isoformat()}:{sent.values}")
                take_pack(world, person, rng, step.at)
    elif step.what == "overdue":
        _overdue(world, step.at)
    elif step.what == "follow-up":
        follow_up.look(unit=world.service, by=world.system, at=step.at)
    elif step.what == "note":
        _note(world, step.at)
    else:
        rng = Random(f"{world.seed}:nurses:{step.at.isoformat()}")
        last = step.at.astimezone(ZoneInfo(ZONE)).time() >= ROUNDS[-1]
        work_through(rng.choice(world.nurses), rng=rng, at=step.at, last=last, seen=fine)


NOTES = (
    "Har økt den vanndrivende i dag. Følg med på vekta de neste dagene, og ring meg om hun går ned.",
    "Startet kur i dag. Ring meg om hun ikke er bedre om tre dager.",
    "Ny time hos meg på torsdag. Er det noe dere lurer på før det?",
)
QUESTION = "Gul over flere dager og tungpust. Skal vi vente, eller vil du endre noe?"
ANSWER = "Vent til fredag. Er det ikke bedre da, tar jeg pasienten inn til time."

NEXT_SHIFT = (
    "Ringer meg i morgen om hun ikke sover bedre. Ta imot om jeg er opptatt.",
    "Venter på svar fra legekontoret. Ring dem om det ikke har kommet før lunsj.",
)


def _note(world: World, at: datetime) -> None:
    """The GP answers what waits and writes about one patient; a nurse asks about another."""
    rng = Random(f"{world.seed}:note:{at.isoformat()}")
    own = [(one, person) for one, person, began in world.patients
           if one.practice == 0 and one.number >= PERSONAS and at.date() > began]  # fmt: skip
    if not own:
        return
    patient, person = rng.choice(own)
    text = NOTES[0] if patient.programme == "heart-failure" else rng.choice(NOTES[1:])
    with acting(world.gp.frame(at)):
        for waiting in asks.asks_of([world.gp.actor], role=Role.GP, at=at):
            asks.answer(ask=waiting.id, text=ANSWER, by=world.gp, at=at)
        write_note(patient=person, text=text, by=world.gp, at=at)
    nurse, other = world.nurses
    with acting(other.frame(at)):
        for told in handover.unread(other, at=at):
            handover.read(handover=told.id, by=other, at=at)
    with acting(nurse.frame(at)):
        text = NEXT_SHIFT[at.toordinal() % len(NEXT_SHIFT)]
        handover.tell_next(text=text, patient=person, by=nurse, at=at)
        zones = states([person for _, person in own])
        ill = sorted(one for one, state in zones.items() if state.zone == Zone.YELLOW)
        if ill:
            asks.ask(patient=rng.choice(ill), rung="gp", question=QUESTION, by=nurse, at=at)


def _overdue(world: World, at: datetime) -> None:
    regime.raise_missing(overdue(at=at), zone=ZONE, at=at)


def delivery(person: UUID, sent: Sent) -> Delivery:
    """A simulated report as it comes in at the door."""
    report = new_id()
    values = rows_of_report(report, [(BY_NAME[name], value) for name, value in sent.values.items()])
    return Delivery(person, sent.at, values, sent.answers, sent.comment, report_id=report)
