"""Clinic, outreach team and meeting of the demo: lived week by week, with a meeting before one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.base.tenancy import acting
from varde.core.access import Role
from varde.core.meeting import CaseStage, Decided, Stage
from varde.core.request import ControlState, What
from varde.core.zones import Zone
from varde.pathway.meeting import deciding, listing, meetings, minutes
from varde.pathway.meeting.deciding import Wanted
from varde.pathway.together import outreach, requests, routine, slots
from varde.pathway.together.asked import put_to
from varde.pathway.together.requests import Wish
from varde.people.queries import names, organisations, staff
from varde.people.viewer import Viewer
from varde.simulate.people import DEPARTMENTS
from varde.simulate.world import World
from varde.triage.queries import states

ROUND = time(10, 20)  # when the team and the clinic do what they do that week
MEETS = time(13, 0)
SHARED = 9  # how many the outreach team has
HAS_HOME_CARE = 6  # how many of one municipality have home care
LONGEST_LIST = 6
QUESTIONS = (
    "Gul til og fra i tre uker. Skal grensene hennes flyttes, eller behandlingen endres?",
    "Brukte oksygen mer enn vanlig denne uka. Er innstillingen riktig?",
    "To kurer på tre måneder. Er planen god nok?",
    "Sover dårlig og er trøtt om dagen. Skal han til vurdering for maskeventilator?",
    "Stabil i to måneder. Kan rutinekontrollen droppes?",
    "Ringer ofte og er redd. Hva gjør vi videre?",
)
VISITS = (
    "Gikk gjennom inhalasjonsteknikk. Bruker nå kammer. Metning 91 i hvile, 86 etter trapp.",
    "Byttet slange og filter. Sover bedre. Har fått hjelp til å flytte apparatet til soverommet.",
    "Pusteøvelser og hvilestillinger. Pårørende var med. Trygg på hva som skal gjøres i gul sone.",
)
WISHES = (
    "Tungpust siste uke og metning under det vanlige. Ønsker vurdering før neste kontroll.",
    "Vekt opp og hovne bein til tross for ekstra tabletter. Kan dere se på pasienten denne uka?",
)
DROPPED = "Følges hjemme. Ber om time når det trengs."


@dataclass(frozen=True)
class Clinic:
    """The lung department's doctor and coordinator, and the outreach team's nurse."""

    specialist: Viewer
    coordinator: Viewer
    team: Viewer


def clinic_of(world: World, at: datetime) -> Clinic | None:
    """None for a demo that was founded before there was any."""
    with acting(world.system.frame(at)):
        lungs = next(one for one in organisations("department") if one.name == DEPARTMENTS[0])
        teams = organisations("outreach-team")
        seats = [(lungs, Role.SPECIALIST), (lungs, Role.COORDINATOR)]
        seats += [(team, Role.OUTREACH) for team in teams[:1]]
        held = [(unit, role, next(iter(staff(unit.id, role)), None)) for unit, role in seats]
        called = names({person for *_, person in held if person})
    found = [
        Viewer(world.tenant, role, person, unit.id, called.get(person, ""), world.system.zone)
        for unit, role, person in held if person is not None
    ]  # fmt: skip
    return Clinic(*found) if len(found) == 3 else None


def live_week(world: World, day: date, *, until: datetime) -> None:
    """What clinic and team do on a Wednesday, and the meeting on its day."""
    zone = ZoneInfo(world.system.zone)
    morning = datetime.combine(day, ROUND, zone)
    wednesday = day.weekday() == 2 and morning <= until
    anchor = _meeting_day(until.astimezone(zone).date()) - timedelta(days=7)
    meets = datetime.combine(day, MEETS, zone)
    if not wednesday and (day < anchor or meets > until):
        return
    clinic = clinic_of(world, morning)
    if clinic is None:
        return
    rng = Random(f"{world.seed}:together:{day}")
    if wednesday:
        _team(world, clinic, rng, morning)
        _controls(world, clinic, rng, morning)
    if day >= anchor and meets <= until:
        _meet(world, clinic, meets)


def _meeting_day(today: date) -> date:
    """Tomorrow, or Monday."""
    day = today + timedelta(days=1)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _lung(world: World, day: date) -> list[UUID]:
    """Whom the lung department treats, the one to sign in as first."""
    return [person for one, person, began in world.patients
            if one.programme == "copd" and began < day - timedelta(days=20)
            and (one.number == 0 or one.service_model in (2, 3))]  # fmt: skip


def _team(world: World, clinic: Clinic, rng: Random, at: datetime) -> None:
    """The team comes home to one of those that are shared with it, in turn."""
    whom, team, nurse = _lung(world, date.max)[1 : SHARED + 1], clinic.team.seat, world.nurses[0]
    person = whom[at.isocalendar().week % len(whom)]
    if person not in _lung(world, at.date()):
        return
    with acting(nurse.frame(at)):
        outreach.share(patient=person, team=team, by=nurse, at=at)
    at += timedelta(minutes=1)
    with acting(clinic.team.frame(at)):
        outreach.visit(
            patient=person, how="home", on=at.date(), text=rng.choice(VISITS), letter=None,
            next_on=at.date() + timedelta(weeks=len(whom)), by=clinic.team, at=at,
        )  # fmt: skip
        held = outreach.supports(person)
        oxygen = {"rest": 1.0 + rng.randrange(3) / 2, "activity": 2.5, "hours": 16.0}
        if not held and rng.random() < 0.6:
            outreach.set_support(
                patient=person, kind="oxygen", typed=oxygen, why="Metning under 88 i hvile",
                doctor=clinic.specialist.actor, how="phone", ordered_at=at, since=at,
                by=clinic.team, at=at,
            )  # fmt: skip
    later = at + timedelta(hours=3)
    with acting(clinic.specialist.frame(later)):
        for row in outreach.unconfirmed_of([clinic.specialist.actor]):
            outreach.confirm(support=row.id, by=clinic.specialist, at=later)


def _controls(world: World, clinic: Clinic, rng: Random, at: datetime) -> None:
    """One routine control a week is planned, and dropped for the follow-up."""
    whom = _lung(world, at.date())
    if not whom:
        return
    person, by = rng.choice(whom), clinic.specialist
    with acting(by.frame(at)):
        if not routine.controls_of(person, at=at):
            row = routine.plan(patient=person, name="Kontroll på lungepoliklinikken",
                               every_months=rng.choice((3, 6)), by=by, at=at)  # fmt: skip
            routine.say(control=row.id, state=ControlState.DROPPED, why=DROPPED, by=by, at=at)


def _meet(world: World, clinic: Clinic, at: datetime) -> None:
    """The meeting of the day, from its list to its notes; the next is convened by that."""
    by = clinic.coordinator
    early = at - timedelta(hours=5)
    with acting(by.frame(early)):
        coming = meetings.upcoming(by.seat).first()
        if coming is None:
            coming = meetings.convene(starts_at=at, minutes=60, place="Møterom Lunge 2",
                                      programmes=["copd"], every_weeks=1, by=by, at=early)  # fmt: skip
    if coming.starts_at > at or coming.stage != Stage.CONVENED:
        return
    _put(world, clinic, early, most=3)
    with acting(by.frame(at)):
        meetings.start(meeting=coming.id, by=by, at=at)
    with acting(clinic.specialist.frame(at)):
        for one in meetings.cases_for(coming, clinic.specialist, at=at):
            if one.stage != CaseStage.WAITING:
                continue
            stay = Wanted(Decided.STAY, "Fortsetter som før. Tas opp igjen om det blir verre.")
            deciding.decide(case=one.id, wanted=stay, by=clinic.specialist, at=at)
    with acting(by.frame(at)):
        for one in meetings.cases_for(coming, by, at=at):
            meetings.gone_through(meeting=coming.id, case=one.id, then=CaseStage.DONE, by=by, at=at)
        held = meetings.held(coming.id, by)
        note = "Tverrfaglig møte. Fortsetter som før. Tas opp igjen om det blir verre."
        notes = {one.id: note for one in meetings.cases_for(held, by, at=at)}
        minutes.end(meeting=held.id, edition=held.edition, notes=notes, by=by, at=at)


def _put(world: World, clinic: Clinic, at: datetime, *, most: int) -> None:
    """Nurses put those who are yellow or red on the next list, each with a question."""
    nurse = world.nurses[1]
    with acting(nurse.frame(at)):
        row = meetings.upcoming(clinic.coordinator.seat).filter(stage=Stage.CONVENED).first()
        if row is None:
            return
        known = {one.patient_id for one in meetings.cases_for(row, nurse, at=at)}
        zones = states(_lung(world, at.date())[1:])
        ill = sorted(zones, key=lambda one: (-zones[one].zone, str(one)))
        for n, person in enumerate(one for one in ill if one not in known):
            if len(known) + n >= most or zones[person].zone < Zone.GREEN:
                break
            listing.put(meeting=row.id, patient=person, question=QUESTIONS[n % len(QUESTIONS)],
                        by=nurse, at=at)  # fmt: skip


def stand_ready(world: World, *, at: datetime) -> None:
    """What is there to try: kept times, questions that wait, and a list for the next meeting."""
    clinic = clinic_of(world, at)
    if clinic is None:
        return
    zone = ZoneInfo(world.system.zone)
    with acting(clinic.coordinator.frame(at)):
        for n in range(1, 15):
            day = at.astimezone(zone).date() + timedelta(days=n)
            if day.weekday() < 5:
                for hour, how in ((13, "visit"), (14, "video")):
                    begins = datetime.combine(day, time(hour, 30), zone)
                    slots.keep(starts=[begins], minutes=30, how=how, by=clinic.coordinator, at=at)
        waits = put_to(clinic.coordinator, at=at)
    _put(world, clinic, at, most=LONGEST_LIST)
    nurse = world.nurses[0]
    with acting(nurse.frame(at)):
        ours = [person for one, person, _began in world.patients if one.municipality == 0]
        for unit in organisations("home-care"):
            for person in ours[:HAS_HOME_CARE]:
                outreach.share(patient=person, team=unit.id, by=nurse, at=at)
        treated = _lung(world, at.date())[1:]
        zones = states(treated)
        ill = sorted((one for one in treated if one in zones), key=lambda one: -zones[one].zone)
        for person, wish in zip(ill[: max(0, 2 - len(waits))], WISHES, strict=False):
            asked = Wish(person, What.APPOINTMENT, clinic.coordinator.seat, wish)
            requests.ask_for(asked, by=nurse, at=at)
