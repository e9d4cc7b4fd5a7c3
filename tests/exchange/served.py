"""Web and worker as real processes, to post to over real HTTP, to kill and to start again."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from varde.config import processes

TYPE = "application/fhir+json"


@dataclass
class Served:
    """One web and one worker on a database that is there already; their logs lie in `home`."""

    home: Path
    environment: Mapping[str, str]
    port: int = field(default_factory=processes.free_pair)

    def __post_init__(self) -> None:
        self.group = processes.Group(self.home, self.environment)
        self.group.add("web", processes.web(self.port))
        self.group.add("worker", processes.worker())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.group.start()
        self.wait()

    def wait(self, seconds: float = 150) -> None:
        trouble = processes.wait_until_well(self.url, seconds)
        assert not trouble, f"{trouble}\n{self.logs()[-3000:]}"

    def stop(self) -> None:
        self.group.stop()

    def kill(self, name: str) -> None:
        """The whole process group, at once, without a word."""
        (child,) = (one for one in self.group.children if one.name == name)
        assert child.process is not None
        os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait(10)

    def revive(self, name: str) -> None:
        (child,) = (one for one in self.group.children if one.name == name)
        self.group._start(child)

    def logs(self) -> str:
        return "\n".join(one.read_text("utf-8", "replace") for one in self.home.glob("*.log"))

    def ask(
        self, method: str, path: str, body: Any = None, *, token: str = "", **headers: str
    ) -> tuple[int, Any]:
        """Status and JSON; OSError or HTTPException when no whole answer comes."""
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = {"Content-Type": TYPE, **{k.replace("_", "-"): v for k, v in headers.items()}}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(method, path, body=raw, headers=sent)
            answer = line.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            line.close()

    def raw(self, data: bytes, *, close: bool = True) -> bytes:
        """Send these bytes, end our half of the line, and read what comes.

        Without `close` we go on as if more was to be sent, and take the first that comes.
        """
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as line:
            line.sendall(data)
            if not close:
                return line.recv(65536)
            line.shutdown(socket.SHUT_WR)
            got = b""
            while part := line.recv(65536):
                got += part
            return got
