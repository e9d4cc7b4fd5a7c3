"""What is sent is waited for before anything of the database is held."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from django.db import connection

from tests.exchange.machine import Machine, observation
from tests.people import Cast


class Watched(BytesIO):
    """A body that sees, each time it is read, whether a transaction or a connection is held."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.held: list[bool] = []

    def read(self, *n: Any) -> bytes:
        self.held.append(connection.in_atomic_block)
        return super().read(*n)


def test_a_page_opens_no_transaction_before_all_is_here(them: Cast) -> None:
    body = Watched(b"seen=")
    with them.clock():
        answer = them.browser(them.nurse).generic(
            "POST", "/nurse/acknowledge", b"seen=", "application/x-www-form-urlencoded",
            **{"wsgi.input": body, "CONTENT_LENGTH": "5"},
        )  # fmt: skip
    assert answer.status_code in (302, 400)
    assert body.held
    assert not any(body.held)


def test_the_machine_door_gives_its_connection_back_before_it_waits(
    them: Cast, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = json.dumps(observation(them.patient())).encode()
    body, open_then = Watched(sent), []
    read = body.read

    def looked(*n: Any) -> bytes:
        open_then.append(connection.connection is not None)
        return read(*n)

    monkeypatch.setattr(body, "read", looked)
    reply = machine.send("POST", "Observation", sent, **{"wsgi.input": body})
    assert reply.status == 201
    assert open_then == [False]
