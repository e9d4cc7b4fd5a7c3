"""What the tests of the walls share: a full cooperation, and the database asked directly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from psycopg import errors

from tests import database
from tests.hospital import hospital, treated
from tests.people import NOW, Cast, cast, delivery, employ
from tests.plan.agreed import approved
from varde.audit import actions as audit
from varde.base.rows import new_id
from varde.base.tenancy import Frame, acting
from varde.catalogue import actions as catalogue
from varde.catalogue.queries import newest
from varde.clock import seal, tasks
from varde.core.access import Role
from varde.core.expectation import Own, Rhythm
from varde.core.meeting import Decided
from varde.core.pause import Pause, Why
from varde.core.plan import decoded, steps
from varde.core.request import What
from varde.core.signing import Part, digest_of
from varde.core.thresholds import Limits
from varde.dialogue import actions as dialogue
from varde.measuring import drafts
from varde.measuring.answers import read_answer
from varde.measuring.habitual import know_habitual
from varde.measuring.queries import last_report
from varde.measuring.rhythm import set_rhythm
from varde.pathway import closing as pathway_closing
from varde.pathway import goals, pausing
from varde.pathway.meeting import deciding, listing, meetings
from varde.pathway.meeting.deciding import Wanted
from varde.pathway.own_follow_up import agree
from varde.pathway.together import outreach, requests, routine, slots
from varde.pathway.together.requests import Wish
from varde.people import actions as people
from varde.people import covers
from varde.people.directory import DIRECTORY
from varde.people.models import Relation
from varde.people.nurses import name_nurse, say_absent
from varde.people.viewer import Viewer
from varde.plan import doing
from varde.triage import asks, queries
from varde.triage.handling import Closing
from varde.triage.handover import tell_next
from varde.triage.intake import receive
from varde.triage.models import Watch
from varde.triage.ordering import Draft, order, save_draft
from varde.triage.saved import keep as save_view
from varde.triage.tasks import raise_task

SET = (
    "select set_config('varde.tenant', %s, true), set_config('varde.unit', %s, true),"
    " set_config('varde.patient', %s, true), set_config('varde.actor', %s, true),"
    " set_config('varde.at', %s, true)"
)
TENANT_TABLES = """
select c.relname, array_agg(a.attname) from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
group by c.relname having 'tenant_id' = any(array_agg(a.attname)) order by 1
"""


@contextmanager
def as_role(role: str, frame: Frame | None = None) -> Iterator[psycopg.Connection[Any]]:
    """A transaction straight to the database; nothing of it is kept."""
    with psycopg.connect(database.server().dsn(role, database.NAME)) as connection:
        if frame is not None:
            ids = (frame.tenant, frame.unit, frame.patient, frame.actor)
            asked = [*(str(one) if one else "" for one in ids), frame.at.isoformat()]
            connection.execute(SET, asked)
        yield connection
        connection.rollback()


def tenant_tables() -> dict[str, list[str]]:
    """Every table with rows of a cooperation, and its columns, as the catalogue says."""
    directory = {model._meta.db_table for model in DIRECTORY}
    with as_role("postgres") as c:
        return {name: cols for name, cols in c.execute(TENANT_TABLES) if name not in directory}


def count(c: psycopg.Connection[Any], table: str, where: str = "true", *asked: object) -> int:
    """How many rows of the table are seen; none where the role may not read it at all."""
    asked_for = f"select count(*) from {table} where {where}"
    try:
        with c.transaction():
            row = c.execute(asked_for, asked).fetchone()  # type: ignore[arg-type]
    except errors.InsufficientPrivilege:
        return 0
    return int(row[0])  # type: ignore[index]


class Full(Cast):
    """A cooperation in which every table has a row about one patient."""

    patient_: Viewer
    other_patient: Viewer


def full_cooperation() -> Full:
    """With one patient about whom every table has a row, and one who shall not see it."""
    them = cast()
    patient, other = them.patient(), them.patient(given="Arvid", family="Skogheim")
    them.patient_, them.other_patient = patient, other  # type: ignore[attr-defined]
    them.report(patient, spo2=86, answers={"breathing": "worse"}, comment="Tung i pusten")
    them.report(other, spo2=95)
    _around(them, patient)
    tasks.expect(at=them.at)
    tasks.follow_up(at=them.at)
    with them.acting() as by:
        service = them.units["service"]
        due = them.at + timedelta(hours=3)
        raise_task(
            patient=patient.actor, unit=service, kind="call-again", due_at=due, by=by, at=them.at
        )
    with them.acting(them.gp) as by:
        rule = Draft(patient.actor, {}, "Over tid", rules=frozenset({"copd:spo2-week"}))
        order(rule, by=by, at=them.at)
    with them.acting(them.nurse) as by:
        audit.opened([patient.actor], role=by.role, what="record", ground="x", at=them.at)
        dialogue.write_note(patient=patient.actor, text="Ring", by=by, at=them.at)
        limits = {"spo2": Limits(alert_low=86, warning_low=88)}
        save_draft(Draft(patient.actor, limits), by=by, at=them.at)
        away = Pause(Why.HOLIDAY, them.at.date() + timedelta(days=30))
        asks.ask(patient=patient.actor, rung="gp", question="Skal vi gjøre noe?", by=by, at=them.at)
        _shifts(them, patient, by)
        pausing.begin(patient=patient.actor, pause=away, by=by, at=them.at)
        item = queries.open_item(patient.actor)
        assert item is not None
        closing = Closing(item.id, (), "worsening", ("phone-answered",), heard_at=them.at)
        pathway_closing.close(closing=closing, message="Ring meg", by=by, at=them.at)
    with them.acting() as by:
        lungs = employ(them, "Jon", Role.SPECIALIST, "practice", them.at)
        digest = digest_of(newest("copd"), Part.LIMITS)
    with them.acting(lungs) as by:
        catalogue.sign(key="copd", part=Part.LIMITS, digest=digest, by=by, at=them.at)
    with acting(patient.frame(them.at)):
        drafts.open_draft(patient.actor, at=them.at)
        sent = last_report(patient.actor)
        assert sent is not None
        again = delivery(patient, them.at, new_id(), {}, "", {"pulse": 125})
        receive([again], source=them.source, by=patient, at=them.at, present=True)
        read_answer(sent.id, by=patient, at=them.at)
        dialogue.send_message(patient=patient.actor, text="Hei", by=patient, at=them.at)
    _plan(them, patient)
    _together(them, patient)
    seal.seal(at=them.at)
    return them  # type: ignore[return-value]


def _plan(them: Cast, patient: Viewer) -> None:
    """A plan in force with all that is done by it, and the talk it comes of."""
    talk = goals.Talk("phone", "Til hytta", {}, "", "Gå tur", letter="Kjære lege")
    with them.acting(them.nurse) as by:
        goals.hold(patient=patient.actor, talk=talk, by=by, at=them.at)
    row = approved(them, patient)
    step = steps(decoded(row.content).sections[0], "green")[0].key
    day = them.at.date()
    with them.acting(patient) as by:
        doing.tick(plan=row.id, zone="green", done=[step], day=day, by=by, at=them.at)
        doing.agree(plan=row.id, agrees=True, text="", by=by, at=them.at)
        doing.start_course(patient=patient.actor, plan=row.id, medication="pred", started_on=day,
                           asked=False, by=by, at=them.at)  # fmt: skip
    with them.acting(them.nurse) as by:
        doing.train(patient=patient.actor, plan=row.id, whom="patient", understood=True, note="",
                    by=by, at=them.at)  # fmt: skip


def _together(them: Cast, patient: Viewer) -> None:
    """What departments, the outreach team and a meeting write."""
    there, at = hospital(them), them.at
    treated(them, patient)
    friday = at + timedelta(days=4)
    with them.acting(them.nurse) as by:
        outreach.share(patient=patient.actor, team=them.units["team"], by=by, at=at)
    with them.acting(there.coordinator) as by:
        slots.keep(starts=[friday], minutes=30, how="visit", by=by, at=at)
        met = meetings.convene(starts_at=at + timedelta(hours=2), minutes=60, place="",
                               programmes=["copd"], every_weeks=1, by=by, at=at)  # fmt: skip
    with them.acting(them.nurse) as by:
        wish = Wish(patient.actor, What.APPOINTMENT, them.units["lungs"], "Se på henne")
        requests.ask_for(wish, by=by, at=at)
        case = listing.put(
            meeting=met.id, patient=patient.actor, question="Trapp opp?", by=by, at=at
        )
    with them.acting(there.outreach) as by:
        outreach.visit(patient=patient.actor, how="home", on=at.date(), text="Var hos henne",
                       next_on=None, letter=None, by=by, at=at)  # fmt: skip
        outreach.set_support(patient=patient.actor, kind="oxygen", typed={"rest": 1.5}, why="Lav",
                             doctor=them.gp.actor, how="phone", ordered_at=at, since=at, by=by,
                             at=at)  # fmt: skip
    with them.acting(there.specialist) as by:
        routine.plan(patient=patient.actor, name="Kontroll", every_months=6, by=by, at=at)
    with them.acting(there.coordinator) as by:
        meetings.start(meeting=met.id, by=by, at=at)
        deciding.decide(case=case.id, wanted=Wanted(Decided.STAY, ""), by=by, at=at)


def _shifts(them: Cast, patient: Viewer, by: Viewer) -> None:
    """What nurses keep between them."""
    name_nurse(patient=patient.actor, nurse=by.actor, by=by, at=them.at)
    today = them.at.date()
    say_absent(first=today, last=today, stands_in=None, by=by, at=them.at)
    own = Own(Rhythm.DAILY, 0, today)
    agree(patient=patient.actor, task="monthly-contact", days=14, why="Vil snakke oftere", by=by,
          at=them.at)  # fmt: skip
    set_rhythm(patient=patient.actor, own=own, why="Etter avtale", by=by, at=them.at)
    save_view(name="Mine", asks="who=own", by=by, at=them.at)
    tell_next(text="Ring henne", patient=patient.actor, by=by, at=them.at)


def _around(them: Cast, patient: Viewer) -> None:
    common: dict[str, Any] = {"patient": patient.actor, "at": them.at}
    with them.acting() as by:
        people.name_responsible(
            doctor=them.gp.actor, organisation=them.units["practice"], by=by, **common
        )
        people.add_next_of_kin(name="Liv", relationship="datter", phone="90000000", by=by, **common)
        people.give_consent(kind="sharing", by=by, **common)
        know_habitual([(patient.actor, 1, 93.0)], basis="mapping", since=them.at)
        service, other = them.units["service"], them.units["other-municipality"]
        covers.arrange(unit=service, to=other, by=by, at=them.at)
        Watch.objects.create(unit_id=service, to_id=other, offered_at=them.at)  # reaches nobody
    with as_role("postgres") as c:
        c.execute(
            "insert into measuring_correction (tenant_id, id, observation_id, patient_id, at,"
            " source_id) values (%s, %s, %s, %s, %s, %s)",
            [them.tenant, new_id(), uuid4(), patient.actor, them.at, them.source],
        )
        c.commit()


def end_relation(them: Cast, patient: Viewer, unit: str) -> None:
    ended = DateTimeTZRange(NOW - timedelta(days=60), NOW - timedelta(days=1))
    with them.acting():
        rows = Relation.objects.filter(patient_id=patient.person, organisation_id=them.units[unit])
        assert rows.update(period=ended) == 1
