"""Versions: what was asked and ordered then judges what was measured then, and can be read now."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tests.exchange.machine import Machine, observation, reasons, rows
from tests.people import NOW, Cast
from tests.triage.test_concurrent import GREEN
from varde.catalogue import actions as catalogue
from varde.catalogue.queries import newest, programme
from varde.core.zones import Zone
from varde.measuring import actions as measuring
from varde.measuring.habitual import know_habitual
from varde.measuring.models import Enrolment
from varde.people.viewer import Viewer

ANSWERS = {"breathing": "as-usual", "cough": "no", "sputum": "as-usual", "general": "well"}


def second_version(them: Cast, change: Callable[[dict[str, Any]], object]) -> None:
    content = copy.deepcopy(catalogue.shipped()["copd"])
    content["version"] = 9
    change(content)
    with them.acting() as by:
        catalogue.publish(content=content, by=by, at=them.at)


def end(them: Cast, patient: Viewer, key: str, at: datetime) -> None:
    with them.acting():
        for row in Enrolment.objects.filter(patient_id=patient.person, programme=key):
            row.period = DateTimeTZRange(row.period.lower, at)
            row.save()


def to_second(them: Cast, patient: Viewer, at: datetime) -> None:
    end(them, patient, "copd", at)
    with them.acting() as by:
        measuring.enrol(
            patient=patient.actor, programme=programme("copd", 9), unit=them.units["service"],
            service_model=1, weekday=0, by=by, at=at,
        )  # fmt: skip


def without_worse(content: dict[str, Any]) -> None:
    asked = content["questions"][0]
    content["rules"] = [one for one in content["rules"] if one["rule"] != "together"]  # asks for it
    asked["choices"] = [one for one in asked["choices"] if one["id"] != "worse"]


def usual(them: Cast, patient: Viewer, value: float) -> None:
    with them.acting():
        known = [(patient.actor, 1, value)]
        know_habitual(known, basis="mapping", since=NOW - timedelta(days=70))


def test_a_late_reading_is_judged_by_the_rules_of_its_own_time(them: Cast) -> None:
    """Six below usual was red while that rule held; the version of today has no such rule."""
    patient = them.patient()
    usual(them, patient, 97)
    second_version(them, lambda content: content.update(drops=[]))
    to_second(them, patient, NOW - timedelta(hours=3))
    machine = Machine(them)
    machine.post(observation(patient, 91, at=NOW - timedelta(days=1)))
    machine.post(observation(patient, 91, at=NOW - timedelta(hours=1)))
    assert [Zone(row.zone) for row in rows(them, patient)] == [Zone.RED, Zone.GREEN]


def test_a_reading_from_before_there_were_limits_is_never_green(them: Cast) -> None:
    """Little below the usual is no comfort where no limit was in force."""
    patient = them.patient(began=NOW - timedelta(hours=1))
    usual(them, patient, 87)
    assert Machine(them).post(observation(patient, 85, at=NOW - timedelta(hours=2))).status == 201
    assert [row.zone for row in rows(them, patient)] == [Zone.NOT_JUDGED]
    assert [one.kind for one in reasons(them, patient)] == ["unjudged"]


def test_an_answer_that_todays_version_lacks_is_still_read(them: Cast) -> None:
    patient = them.patient()
    given = {**ANSWERS, "breathing": "worse"}
    them.report(patient, at=NOW - timedelta(days=2), answers=given, **GREEN)
    second_version(them, without_worse)
    to_second(them, patient, NOW - timedelta(days=1))
    with them.clock():
        page = them.browser(them.nurse).get(f"/nurse/patient/{patient.person}").content.decode()
        result = them.browser(patient).get("/patient/result/", follow=True).content.decode()
    asked = next(q for q in catalogue.shipped()["copd"]["questions"] if q["id"] == "breathing")
    worse = next(one for one in asked["choices"] if one["id"] == "worse")
    assert worse["text"]["nb"] in page, "what was answered, in the words of then"
    assert worse["phrase"]["nb"][1:] in page
    assert worse["phrase"]["nb"][1:] in result


def test_a_late_weight_after_a_programme_has_ended_is_kept(them: Cast) -> None:
    """It is judged again with a report whose questions are asked no more."""
    patient = them.patient(programme="heart-failure")
    with them.acting() as by:
        measuring.enrol(
            patient=patient.actor, programme=newest("copd"), unit=them.units["service"],
            service_model=1, weekday=0, by=by, at=NOW - timedelta(days=50),
        )  # fmt: skip
        asked = [*newest("heart-failure").questions, *newest("copd").questions]
    answers = {one.id: one.choices[0].id for one in asked}
    them.report(patient, at=NOW - timedelta(days=1), answers=answers, weight=80.0, **GREEN)
    end(them, patient, "copd", NOW - timedelta(hours=2))
    late = observation(patient, 77.5, "kg", "29463-7", at=NOW - timedelta(days=2))
    assert Machine(them).post(late).status == 201
    assert "report" in [one.kind for one in reasons(them, patient)], "2,5 kg up is red"


def test_an_answer_that_no_version_knows_holds_back_green(them: Cast) -> None:
    patient = them.patient()
    sent = them.report(patient, answers={**ANSWERS, "breathing": "never-heard-of"}, **GREEN)
    assert sent.judgement is not None
    assert sent.judgement.zone is Zone.NOT_JUDGED
    assert [one.kind for one in reasons(them, patient)] == ["unjudged"]
    with them.clock():
        page = them.browser(them.nurse).get("/nurse/").content.decode()
    assert "Kunne ikke vurderes: svarene" in page
