"""Those who send and never finish leave room for those who only look."""

from __future__ import annotations

import json
import threading
import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from varde.config.processes import THREADS, WRITERS

with warnings.catch_warnings():  # no style sheets have been gathered here, and none are asked for
    warnings.simplefilter("ignore")
    from varde.config import wsgi

Answer = tuple[str, dict[str, str], bytes]


class Silent:
    """A body that does not come before it is let."""

    def __init__(self) -> None:
        self.asked, self.come = threading.Semaphore(0), threading.Event()

    def read(self, _n: int = -1) -> bytes:
        self.asked.release()
        assert self.come.wait(30)
        return b""


def call(method: str, path: str, body: Any = None) -> Answer:
    told: list[Any] = []
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80", "HTTP_HOST": "127.0.0.1", "wsgi.url_scheme": "http",
        "wsgi.input": body or BytesIO(), "CONTENT_LENGTH": "10", "QUERY_STRING": "",
    }  # fmt: skip
    answer = wsgi.application(environ, lambda status, headers, *_: told.extend((status, headers)))
    return told[0], dict(told[1]), b"".join(answer)


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Iterator[Silent]:
    """As many as may send at once are sending, and none comes to an end."""
    silent = Silent()

    def page(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            environ["wsgi.input"].read(10)
        start_response("200 OK", [])
        return [b"the page"]

    monkeypatch.setattr(wsgi, "pages", page)
    senders = [
        threading.Thread(target=call, args=("POST", "/sign-in", silent)) for _ in range(WRITERS)
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
    assert 0 < WRITERS < THREADS


def test_the_list_is_shown_while_others_never_finish(reading: Silent) -> None:
    assert call("GET", "/nurse/")[2] == b"the page"


def test_one_more_who_sends_is_told_that_nothing_was_kept(reading: Silent) -> None:
    status, headers, body = call("POST", "/nurse/acknowledge")
    assert (status[:3], headers["Retry-After"]) == ("503", "5")
    assert "Ingenting er lagret. Prøv igjen om litt." in body.decode()


def test_a_machine_is_told_so_in_its_own_form(reading: Silent) -> None:
    status, headers, body = call("POST", "/fhir/R4/Observation", Silent())
    assert (status[:3], headers["Retry-After"]) == ("503", "5")
    assert json.loads(body)["issue"][0]["code"] == "throttled"


def test_when_they_are_done_the_next_is_let_in(reading: Silent) -> None:
    reading.come.set()
    for _ in range(100):
        if call("POST", "/sign-in", BytesIO(b"0123456789"))[0][:3] == "200":
            return
        threading.Event().wait(0.05)
    raise AssertionError("nobody was let in")


def test_who_fails_gives_the_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(wsgi, "pages", fail)
    for _ in range(WRITERS + 1):
        with pytest.raises(RuntimeError):
            call("POST", "/sign-in")
