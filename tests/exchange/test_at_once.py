"""Posts of one sender at once: kept in as few transactions as it takes, answered as if alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from threading import Event
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from tests import database
from tests.exchange.machine import (
    Machine,
    Reply,
    bundle,
    observation,
    on_list,
    pressure,
    reasons,
    rows,
)
from tests.people import Cast
from tests.triage.at_once import alone
from varde.core.zones import Zone
from varde.exchange.fhir import access
from varde.exchange.fhir.together import Line
from varde.people.actions import digest_of
from varde.people.viewer import Viewer
from varde.triage.keeping import hold


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, "it never came to that"


class Desk:
    """Answers with twice the number; is held at the first until told, and chokes on 13."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.begun, self.go_on = Event(), Event()

    def take(self, numbers: Sequence[int]) -> list[int]:
        self.asked.append(list(numbers))
        self.begun.set()
        assert self.go_on.wait(30)
        if 13 in numbers:
            raise ValueError(f"choked on {len(numbers)}")
        return [2 * n for n in numbers]

    def ask(self, first: int, *others: int) -> list[Any]:
        """What each got: `first` is being answered when all the others come."""
        line: Line[int, int] = Line()
        with ThreadPoolExecutor(1 + len(others)) as pool:
            one = pool.submit(line.through, first, self.take)
            assert self.begun.wait(30)
            rest = [pool.submit(line.through, n, self.take) for n in others]
            until(lambda: len(line._waiting) == len(others))
            self.go_on.set()
            return [_said(future) for future in (one, *rest)]


def _said(future: Future[int]) -> Any:
    return future.exception(30) or future.result()


def test_who_comes_meanwhile_is_next_together() -> None:
    desk = Desk()
    assert desk.ask(1, 2, 3, 4, 5) == [2, 4, 6, 8, 10]
    assert desk.asked[0] == [1]
    assert sorted(desk.asked[1]) == [2, 3, 4, 5]
    assert len(desk.asked) == 2


def test_who_is_alone_waits_for_nobody() -> None:
    desk = Desk()
    desk.go_on.set()
    line: Line[int, int] = Line()
    assert [line.through(n, desk.take) for n in (1, 2)] == [2, 4]
    assert desk.asked == [[1], [2]]


def test_one_that_fails_sinks_no_other() -> None:
    desk = Desk()
    said = desk.ask(1, 2, 13, 4)
    assert said[:2] + said[3:] == [2, 4, 8]
    assert isinstance(said[2], ValueError)
    assert str(said[2]) == "choked on 1"


def test_the_first_that_fails_leaves_the_line_open() -> None:
    desk = Desk()
    said = desk.ask(13, 2, 3)
    assert isinstance(said[0], ValueError)
    assert said[1:] == [4, 6]


def posted_at_once(machine: Machine, first: Any, *others: Any) -> list[Reply]:
    """What each got: `first` is being kept, and waits for its patient, when the others come."""
    patient = first["subject"]["reference"].removeprefix("Patient/")
    machine.get("Patient")  # the token is known from here on
    line = access._known[digest_of(machine.token)][1].line

    def post(resource: Any) -> Any:
        return alone(lambda: machine.post(resource))

    with ThreadPoolExecutor(1 + len(others)) as pool:
        with machine.them.acting():
            hold([patient])
            replies = [pool.submit(post, first)]
            until(lambda: line._working.locked() and not line._waiting)
            replies += [pool.submit(post, one) for one in others]
            until(lambda: len(line._waiting) == len(others))
        said = [reply.result() for reply in replies]
    assert all(isinstance(one, Reply) for one in said), said
    return said


def transactions(them: Cast, *patients: Any) -> int:
    with them.acting(), connection.cursor() as cursor:
        cursor.execute(
            "select count(distinct xmin::text) from measuring_observation"
            " where patient_id = any(%s)",
            [[patient.person for patient in patients]],
        )
        return int(cursor.fetchone()[0])


def test_each_is_answered_as_if_alone(them: Cast, machine: Machine) -> None:
    held, well, ill = them.patient(), them.patient(), them.patient()
    same = observation(well, 95, identifier="the same")
    replies = posted_at_once(
        machine,
        observation(held),
        observation(ill, 86),
        pressure(well),
        same,
        same,
        observation(well, 400),
        observation(well, identifier="never seen", status="entered-in-error"),
        {"resourceType": "Observation", "status": "final"},
    )
    first, red, panel, one, other, impossible, struck, unreadable = replies
    assert [reply.status for reply in (first, red, panel)] == [201, 201, 201]
    assert sorted((one.status, other.status)) == [200, 201]
    assert one.id == other.id
    assert one.body["valueQuantity"] == other.body["valueQuantity"]
    assert impossible.status == 422
    assert struck.status == 404
    assert unreadable.status == 422
    for reply in (first, red, panel):
        assert machine.get(f"Observation/{reply.id}").body["issued"] == reply.body["issued"]
    assert len(rows(them, well)) == 3
    item = on_list(them, ill)
    assert item is not None
    assert item.found[0].zone is Zone.RED
    assert transactions(them, held, well, ill) == 2


@pytest.mark.parametrize("second", ["conflict", "corrected"])
def test_what_one_says_of_anothers_reading(them: Cast, machine: Machine, second: str) -> None:
    held, patient = them.patient(), them.patient()
    assert machine.post(observation(patient, 95, identifier="one")).status == 201
    status = "final" if second == "conflict" else "corrected"
    changed = observation(patient, 94, identifier="one", status=status)
    first, after, green = posted_at_once(
        machine, observation(held), changed, observation(patient, 96)
    )
    assert first.status == green.status == 201
    assert after.status == (409 if second == "conflict" else 201)
    standing = machine.search(patient=patient, _sort="-date").values
    assert sorted(standing) == ([95, 96] if second == "conflict" else [94, 96])
    assert bool(reasons(them, patient, "refused")) == (second == "conflict")


def acts(them: Cast, *patients: Viewer) -> list[tuple[Any, ...]]:
    """What the audit says of each: the row that was written, and the digest of all."""
    with psycopg.connect(database.server().dsn("postgres", database.NAME)) as c:
        found = c.execute(
            "select patient_id, object_id, digest from audit_act where tenant_id = %s"
            " and verb = 'report' and patient_id = any(%s) order by id",
            [them.tenant, [patient.person for patient in patients]],
        )
        return found.fetchall()


def test_the_audit_names_each_patient_whoever_posted_beside(them: Cast, machine: Machine) -> None:
    held, one, other = them.patient(), them.patient(), them.patient()
    replies = posted_at_once(machine, observation(held), observation(one), observation(other, 86))
    ids = {UUID(reply.id) for reply in replies}
    found = acts(them, held, one, other)
    assert {row[0] for row in found} == {held.person, one.person, other.person}
    assert {row[1] for row in found} == ids
    assert all(row[2] for row in found)


def test_the_audit_names_each_patient_of_a_bundle(them: Cast, machine: Machine) -> None:
    one, other = them.patient(), them.patient()
    sent = [observation(one, 95), observation(one, 96), observation(other, 94)]
    entries = machine.post(bundle("transaction", *sent)).body["entry"]
    ids = [UUID(entry["response"]["location"].split("/")[1]) for entry in entries]
    both = sha256(b"".join(sorted(row.bytes for row in ids[:2]))).digest()
    alone = sha256(ids[2].bytes).digest()
    assert set(acts(them, one, other)) == {
        (one.person, None, both),
        (other.person, ids[2], alone),
    }
