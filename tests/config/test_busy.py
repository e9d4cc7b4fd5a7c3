"""Those who send and never finish leave room for those who only look, and for each other."""

from __future__ import annotations

import json
import threading
import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from varde.config import gate
from varde.config.processes import MACHINES, PEOPLE, THREADS

with warnings.catch_warnings():  # no style sheets have been gathered here, and none are asked for
    warnings.simplefilter("ignore")
    from varde.config import wsgi

Answer = tuple[str, dict[str, str], bytes]


class Silent:
    """A body that does not come before it is let."""

    def __init__(self) -> None:
        self.asked, self.come = threading.Semaphore(0), threading.Event()

    def read(self, n: int = -1) -> bytes:
        self.asked.release()
        assert self.come.wait(30)
        return b"x" * n


class Endless:
    """A body far too large; counts what is read of it."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, n: int = -1) -> bytes:
        part = min(n, self.left)
        self.left -= part
        return b"x" * part


def call(method: str, path: str, body: Any = None, **more: Any) -> Answer:
    told: list[Any] = []
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80", "HTTP_HOST": "127.0.0.1", "wsgi.url_scheme": "http",
        "wsgi.input": body or BytesIO(b"0123456789"), "CONTENT_LENGTH": "10",
        "QUERY_STRING": "", **more,
    }  # fmt: skip
    answer = wsgi.application(environ, lambda status, headers, *_: told.extend((status, headers)))
    return told[0], dict(told[1]), b"".join(answer)


def page(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [b"the page", environ["wsgi.input"].read()]


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Iterator[Silent]:
    """As many people as may send at once are sending, and none comes to an end."""
    silent = Silent()
    monkeypatch.setattr(wsgi, "pages", page)
    senders = [
        threading.Thread(target=call, args=("POST", "/sign-in", silent)) for _ in range(PEOPLE)
    ]
    for sender in senders:
        sender.start()
    for _ in senders:
        assert silent.asked.acquire(timeout=10)
    yield silent
    silent.come.set()
    for sender in senders:
        sender.join()


def test_there_is_always_room_for_those_who_look() -> None:
    assert 0 < MACHINES + PEOPLE < THREADS


def test_the_list_is_shown_while_others_never_finish(reading: Silent) -> None:
    assert call("GET", "/nurse/")[2].startswith(b"the page")


def test_one_more_who_sends_is_told_that_nothing_was_kept(reading: Silent) -> None:
    status, headers, body = call("POST", "/nurse/acknowledge")
    assert (status[:3], headers["Retry-After"]) == ("503", "5")
    assert "Prøv igjen om litt. Ingenting er lagret." in body.decode()


def test_machines_are_let_in_though_people_never_finish(
    reading: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wsgi.door, "application", page)
    assert call("POST", "/fhir/R4/Observation")[0][:3] == "200"


def test_when_they_are_done_the_next_is_let_in(reading: Silent) -> None:
    reading.come.set()
    for _ in range(100):
        if call("POST", "/sign-in")[0][:3] == "200":
            return
        threading.Event().wait(0.05)
    raise AssertionError("nobody was let in")


def test_those_who_have_sent_stand_in_line_and_all_are_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Far more than may work at once; none is sent away."""
    busiest, at_work = [0], [0]
    lock = threading.Lock()

    def work(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with lock:
            at_work[0] += 1
            busiest[0] = max(busiest[0], at_work[0])
        threading.Event().wait(0.01)
        with lock:
            at_work[0] -= 1
        return page(environ, start_response)

    monkeypatch.setattr(wsgi.door, "application", work)
    told: list[str] = []
    senders = [
        threading.Thread(target=lambda: told.append(call("POST", "/fhir/R4/Observation")[0][:3]))
        for _ in range(MACHINES)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert told == ["200"] * MACHINES
    assert 1 < busiest[0] <= gate.WORKING


def test_who_has_waited_long_in_line_is_told_so_in_the_machines_own_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gate, "PATIENCE", 0.05)
    for _ in range(gate.WORKING):
        wsgi._machines.working.acquire()
    try:
        status, headers, body = call("POST", "/fhir/R4/Observation")
    finally:
        wsgi._machines.working.release(gate.WORKING)
    assert (status[:3], headers["Retry-After"]) == ("503", "5")
    assert json.loads(body)["issue"][0]["code"] == "throttled"


def test_who_fails_gives_the_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(wsgi, "pages", fail)
    for _ in range(PEOPLE + 1):
        with pytest.raises(RuntimeError):
            call("POST", "/sign-in")


# The body is whole before anything is done with it


def test_what_is_handled_has_all_of_its_body(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wsgi, "pages", page)
    assert call("POST", "/sign-in")[2] == b"the page0123456789"
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    assert call("POST", "/sign-in", **chunked)[2] == b"the page0123456789"


@pytest.mark.parametrize("path", ["/sign-in", "/fhir/R4/Observation"])
def test_a_body_that_was_cut_off_is_not_handled(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """Half a note is not saved as if it were all."""
    monkeypatch.setattr(wsgi, "pages", page)
    assert call("POST", path, CONTENT_LENGTH="11")[0][:3] == "400"


@pytest.mark.parametrize("chunked", [False, True])
def test_what_is_too_large_is_read_to_its_end_and_then_refused(chunked: bool) -> None:
    """A sender that is still sending when the connection is closed never sees the answer."""
    size = 10_000_000
    body = Endless(size)
    more = {"CONTENT_LENGTH": str(size)}
    if chunked:
        more = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    status, _headers, told = call("POST", "/fhir/R4/Observation", body, **more)
    assert status[:3] in ("401", "413")
    assert json.loads(told)["resourceType"] == "OperationOutcome"
    assert body.left == 0


def test_what_is_too_large_is_answered_before_it_has_come() -> None:
    body = Endless(10_000_000)
    told: list[Any] = []
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/fhir/R4/Observation", "HTTP_HOST": "127.0.0.1",
        "QUERY_STRING": "", "wsgi.input": body, "CONTENT_LENGTH": "10000000",
    }  # fmt: skip
    answer = iter(wsgi.application(environ, lambda status, *_: told.append(status)))
    assert json.loads(next(answer))["issue"]
    assert body.left == 10_000_000


def test_what_never_ends_is_not_read_for_ever() -> None:
    body = Endless(10**10)
    call("POST", "/fhir/R4/Observation", body, CONTENT_LENGTH=str(10**10))
    assert body.left > 9 * 10**9
