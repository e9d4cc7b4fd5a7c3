"""Over real HTTP: the door behind its server, lines that break, and logs that tell nothing."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests import database
from tests.exchange.machine import (
    FNR,
    Machine,
    bundle,
    by_number,
    number_of,
    observation,
    pressure,
    pulse,
    reasons,
    rows,
)
from tests.exchange.served import Served
from tests.people import NOW, Cast
from varde.people.viewer import Viewer

POST = "/fhir/R4/Observation"
MARK = "fragmentum"  # stands in every body and query that is sent, and nowhere else
BROKEN = (OSError, http.client.HTTPException)

pytestmark = pytest.mark.xdist_group("door over HTTP")  # one web for all of them


@pytest.fixture(scope="module")
def served(migrated: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("served")
    made = Served(home, {**os.environ, "VARDE_CLOCK": NOW.isoformat()})
    try:
        made.start()
        yield made
    finally:
        made.stop()


def head(machine: Machine, length: int | str, path: str = POST, **more: str) -> bytes:
    lines = {
        "Host": "127.0.0.1",
        "Authorization": f"Bearer {machine.token}",
        "Content-Type": "application/fhir+json",
        "Content-Length": str(length),
        "Connection": "close",
        **more,
    }
    text = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"POST {path} HTTP/1.1\r\n{text}\r\n".encode()


def status(got: bytes) -> int:
    return int(got.split(b" ", 2)[1]) if got else 0


def test_posted_searched_and_refused(them: Cast, machine: Machine, served: Served) -> None:
    patient = them.patient()

    def ask(method: str, path: str, body: Any = None, **more: str) -> tuple[int, Any]:
        return served.ask(method, f"/fhir/R4{path}", body, token=machine.token, **more)

    first, told = ask("POST", "/Observation", observation(patient))
    assert (first, ask("POST", "/Observation", observation(patient))[0]) == (201, 200)
    assert ask("POST", "", bundle("transaction", pulse(patient), pressure(patient)))[0] == 200
    assert ask("POST", "/", bundle("batch", pulse(patient)))[0] == 200
    found, listed = ask("GET", f"/Observation?patient={patient.person}&code=59408-5")
    assert (found, [one["resource"]["id"] for one in listed["entry"]]) == (200, [told["id"]])
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    asked = urlencode({"patient.identifier": f"{FNR}|{number_of(them, patient)}"}).encode()
    assert len(ask("POST", "/Observation/_search", asked, **form)[1]["entry"]) == 3
    refused, outcome = ask("POST", "/Observation", observation(patient, 900))
    assert (refused, outcome["resourceType"]) == (422, "OperationOutcome")
    assert served.ask("GET", "/fhir/R4/metadata")[1]["fhirVersion"] == "4.0.1"
    assert served.ask("GET", "/fhir/R4/Patient")[0] == 401


def test_a_body_in_chunks_is_taken(them: Cast, machine: Machine, served: Served) -> None:
    patient = them.patient()
    body = json.dumps(observation(patient)).encode()
    chunked = {"Content-Length": "", "Transfer-Encoding": "chunked"}
    sent = head(machine, "", **chunked) + f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    got = status(served.raw(sent, close=False))
    assert (got, len(rows(them, patient))) == (201, 1)


def test_a_line_that_breaks_half_way_keeps_nothing_and_the_next_post_is_taken(
    them: Cast, machine: Machine, served: Served
) -> None:
    patient = them.patient()
    body = json.dumps(observation(patient)).encode()
    for part in (b"", body[:1], body[:-1]):
        assert status(served.raw(head(machine, len(body)) + part)) in (0, 400, 408)
    assert status(served.raw(head(machine, len(body) + 10) + body)) in (0, 400, 408)
    assert rows(them, patient) == []
    assert served.ask("POST", POST, body, token=machine.token)[0] == 201


def test_ten_megabytes_and_more_are_refused(machine: Machine, served: Served) -> None:
    for length in (10_000_000, 10**15):
        got = served.raw(head(machine, length) + b" " * 1000, close=length > 10**9)
        assert status(got) in (0, 413)
    for token, code in ((machine.token, 413), ("", 401)):
        assert served.ask("POST", POST, b" " * 10_000_000, token=token)[0] == code
    assert served.ask("GET", "/fhir/R4/metadata")[0] == 200


def test_the_same_post_over_eight_lines_is_one(
    them: Cast, machine: Machine, served: Served
) -> None:
    patient = them.patient()
    with ThreadPoolExecutor(8) as pool:
        send = [
            pool.submit(served.ask, "POST", POST, pressure(patient), token=machine.token)
            for _ in range(8)
        ]
        told = [one.result() for one in send]
    assert sorted(code for code, _ in told) == [200] * 7 + [201]
    assert len({body["id"] for _, body in told}) == 1
    assert len(rows(them, patient)) == 2


def test_another_host_is_refused(machine: Machine, served: Served) -> None:
    got = served.ask("GET", "/fhir/R4/Patient", token=machine.token, Host=f"{MARK}.example")
    assert got[0] == 400


# Logs


def hostile(patient: Viewer, number: str) -> list[tuple[str, str, Any]]:
    """A round of everything that may be written down by mistake."""
    good = json.dumps(observation(by_number(number), note=[{"text": MARK}])).encode()
    bodies: list[Any] = [
        good, good[:-9], good.replace(b": 96", b": NaN"), good.replace(b": 96", b": 1e999"),
        good.replace(b"final", MARK.encode()), good.replace(b": 96", f': "{MARK}"'.encode()),
        b"[" * 200_000, MARK.encode(), b"\xff" + good, good.replace(b"final", b"a\\u0000b"),
        observation(by_number(f"{number}\x00{MARK}")), observation(by_number(f"{MARK}{number}")),
        observation(by_number(number), unit=MARK), observation(by_number(number), at=MARK),
        observation(by_number(number), at="0001-01-01"), observation(by_number(number, MARK)),
        observation(patient, 900, identifier=f"{MARK}{number}"),
        observation(patient, 95, identifier=f"{MARK}1"),
        observation(patient, 85, identifier=f"{MARK}1"), {"resourceType": MARK, "id": number},
    ]  # fmt: skip
    found: list[tuple[str, str, Any]] = [("POST", POST, body) for body in bodies]
    found += [("POST", "/fhir/R4", body) for body in bodies]
    found.append(("POST", "/fhir/R4", bundle("batch", *(json.loads(good) for _ in range(3)))))
    texts = (number, f"{number}\x00", f"{FNR}|{number}", f"{MARK}'{number}", "²")
    for text in texts:
        for name in ("patient", "patient.identifier", "code", "date", "_count", "_cursor", MARK):
            asked = urlencode({"patient": str(patient.person), name: text, "x": MARK})
            found.append(("GET", f"/fhir/R4/Observation?{asked}", None))
            found.append(("POST", "/fhir/R4/Observation/_search", asked.encode()))
            bare = urlencode({"patient": str(patient.person), name: text})
            found.append(("GET", f"/fhir/R4/Observation?{bare}", None))
        asked = urlencode({"identifier": text})
        found.append(("GET", f"/fhir/R4/Patient?{asked}", None))
        found.append(("POST", "/fhir/R4/Patient/_search", asked.encode()))
        found.append(("GET", f"/fhir/R4/Patient/{quote(text)}", None))
        found.append((MARK.upper(), f"/fhir/R4/Patient/{quote(text)}", None))
    found.append(("GET", f"/fhir/R4/Observation?{'&'.join([f'patient={number}'] * 200)}", None))
    return found


def all_logs(served: Served) -> str:
    server = database.server().log
    return served.logs() + server.read_text("utf-8", "replace")


def test_after_a_hostile_round_no_log_tells_who_or_what(
    them: Cast, machine: Machine, served: Served
) -> None:
    patient = them.patient()
    number = number_of(them, patient)
    for method, path, body in hostile(patient, number):
        with contextlib.suppress(*BROKEN):
            served.ask(method, path, body, token=machine.token)
            served.ask(method, path, body, token=f"{MARK}{number}")
    assert reasons(them, patient), "the round came in"
    assert served.ask("GET", "/fhir/R4/metadata")[0] == 200
    text = all_logs(served)
    secrets = {
        "a national number": number, "a query or body": MARK, "a token": machine.token,
        "a name": "Tindheim", "a patient's id": str(patient.person), "a query": "patient=",
        "a trace of where it failed": "Traceback",
    }  # fmt: skip
    assert [what for what, secret in secrets.items() if secret.lower() in text.lower()] == []


@pytest.mark.parametrize(
    "path",
    [
        "/fhir/r4/Patient/{}",
        "/Patient/{}",
        "/nurse/{}",
        "/nurse/patient/{}/",
        "/?q={}",
        "/sign-in?next={}",
    ],
)
def test_a_number_in_a_wrong_address_is_not_logged(
    them: Cast, machine: Machine, served: Served, path: str
) -> None:
    """A client that misspells the base puts the number in an address of the pages."""
    number = number_of(them, them.patient())
    for method in ("GET", "POST"):
        with contextlib.suppress(*BROKEN, ValueError):
            served.ask(method, path.format(number), token=machine.token)
    assert number not in all_logs(served)


def test_the_logs_are_where_the_test_looks(served: Served) -> None:
    assert {one.name for one in Path(served.home).glob("*.log")} == {"web.log", "worker.log"}
    assert database.server().log.is_file()
