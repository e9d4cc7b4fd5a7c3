"""Plans of the demo: most have one, some are on their way, and some have none, as in the reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from varde.base.tenancy import acting
from varde.core.access import Role
from varde.core.plan import Area, Content, Leave, Medication, Section, Use, ZonePlan, decoded
from varde.people.viewer import Viewer
from varde.plan import approving, doing, queries, writing
from varde.simulate.people import MadePatient
from varde.simulate.world import World

HAVE_ONE = 131 / 180  # of those who were asked (domain 5)
ON_ITS_WAY = 0.08  # of all, proposed or still a draft
STARTS, BETWEEN = 0.3, timedelta(days=30)  # each day one is worse, and not again at once
MATTERS = (
    "Jeg vil til hytta i påsken",
    "Jeg vil være med barnebarna på fotballkamp",
    "Jeg vil gå til butikken og hjem igjen uten å sette meg",
    "Jeg vil sove gjennom natta",
    "Jeg vil stelle hagen selv",
    "Jeg vil synge i koret",
)
GOALS = ("Gå tur hver dag", "Trene på sykehjemmet to ganger i uka", "Ha nok luft til å lage middag")
DOSES = {
    Use.REGULAR: ("1 kapsel om morgenen", "2 tabletter om morgenen"),
    Use.AS_NEEDED: ("2 drag, inntil 4 ganger om dagen", "1 tablett ekstra"),
    Use.RESCUE: ("20 mg × 1", "20 mg × 1"),
}
DRUGS = {
    ("copd", Use.REGULAR): "Spiriva",
    ("copd", Use.AS_NEEDED): "Ventolin",
    ("heart-failure", Use.REGULAR): "Entresto og bisoprolol",
    ("heart-failure", Use.AS_NEEDED): "Furix 20 mg",
}


@dataclass(frozen=True)
class Clinic:
    """Who writes and who approves."""

    nurse: Viewer
    doctor: Viewer
    zone: ZoneInfo
    today: date


def planned(made: MadePatient, person: UUID, began: date, clinic: Clinic, *, seed: str) -> None:
    """A plan after the trial, for most; the first patient is to try it as."""
    rng = Random(f"{seed}:plan:{made.number}")
    first = began + timedelta(days=16 + rng.randrange(6))
    drawn = rng.random()
    if made.number == 0:
        drawn = 0.0
    elif made.number == 1:
        drawn = HAVE_ONE + 0.001
    if first >= clinic.today:
        return
    if drawn < HAVE_ONE:
        _approved(made, person, _at(first, clinic, 11), clinic, rng)
    elif drawn < HAVE_ONE + ON_ITS_WAY:
        ago = 1 + rng.randrange(3)
        day = max(first, clinic.today - timedelta(days=ago))
        _proposed(made, person, _at(day, clinic, 13), clinic, rng)


def _at(day: date, clinic: Clinic, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 10), clinic.zone)


def _proposed(
    made: MadePatient, person: UUID, at: datetime, clinic: Clinic, rng: Random
) -> tuple[UUID, int]:
    with acting(clinic.nurse.frame(at)):
        row = writing.begin_draft(patient=person, by=clinic.nurse, at=at)
        content = _filled(decoded(row.content), rng)
        kept = writing.save_draft(
            patient=person,
            plan=row.id,
            edition=row.edition,
            content=content,
            by=clinic.nurse,
            at=at,
        )
        approving.propose(
            patient=person, plan=kept.id, edition=kept.edition, by=clinic.nurse, at=at
        )
    return kept.id, kept.edition


def _approved(made: MadePatient, person: UUID, at: datetime, clinic: Clinic, rng: Random) -> None:
    plan, edition = _proposed(made, person, at, clinic, rng)
    later = at + timedelta(hours=rng.randrange(2, 30))
    with acting(clinic.doctor.frame(later)):
        approving.approve(patient=person, plan=plan, edition=edition, by=clinic.doctor, at=later)
    taught = later + timedelta(days=1 + rng.randrange(3))
    if rng.random() < 0.9 and taught.date() < clinic.today:
        with acting(clinic.nurse.frame(taught)):
            doing.train(patient=person, plan=plan, whom=rng.choice(("patient", "both")),
                        understood=True, note="", by=clinic.nurse, at=taught)  # fmt: skip


def take_pack(world: World, person: UUID, rng: Random, at: datetime) -> None:
    """Who has grown worse may start what the plan lets them start, and says so in Varde."""
    if rng.random() > STARTS:
        return
    patient = Viewer(world.tenant, Role.PATIENT, person, zone=world.system.zone)
    day = at.astimezone(ZoneInfo(patient.zone)).date()
    with acting(patient.frame(at)):
        row = queries.in_force(person)
        if row is None:
            return
        held = decoded(row.content).medications
        own = [one for _section, _zone, one in held
               if one.use is Use.RESCUE and one.leave is not Leave.ASK]  # fmt: skip
        before = max((one.started_on for one in queries.courses(person)), default=date.min)
        if own and day - before > BETWEEN:
            doing.start_course(patient=person, plan=row.id, medication=own[0].id, started_on=day,
                               asked=False, by=patient, at=at)  # fmt: skip


def _filled(content: Content, rng: Random) -> Content:
    sections = tuple(_section(one, rng) for one in content.sections)
    goals = tuple(rng.sample(GOALS, 1 + rng.randrange(2)))
    return replace(content, matters=rng.choice(MATTERS), goals=goals, sections=sections)


def _section(section: Section, rng: Random) -> Section:
    heart = section.programme == "heart-failure"
    zones: Mapping[str, ZonePlan] = {
        zone: replace(held, medications=tuple(_dosed(section.programme, one, heart, rng)
                                              for one in held.medications))
        for zone, held in section.zones
    }  # fmt: skip
    yellow = zones["yellow"]
    if not heart:  # in the patient's own words
        kept = {**yellow.do, Area.ACTIVITY: ("Korte turer inne. Hvil når du trenger det",)}
        yellow = replace(yellow, do=kept)
    return replace(section, green=zones["green"], yellow=yellow, red=zones["red"])


def _dosed(programme: str, one: Medication, heart: bool, rng: Random) -> Medication:
    drug = DRUGS.get((programme, one.use), one.drug)
    if one.use is not Use.RESCUE:
        return replace(one, drug=drug, dose=DOSES[one.use][heart])
    leave = rng.choice((Leave.ALONE, Leave.TELL, Leave.ASK))
    return replace(one, drug=drug, dose=DOSES[one.use][0], leave=leave, most=2, period_days=180)
