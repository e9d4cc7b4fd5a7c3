"""Outcomes: every refusal as an OperationOutcome, with the path of what was wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Issue:
    """One thing that was wrong. `code` is FHIR's issue-type; `path` is FHIRPath."""

    code: str
    text: str
    path: str = ""

    def below(self, prefix: str) -> Issue:
        """The same, where it stands in a Bundle: Bundle.entry[2].resource.status."""
        inner = self.path.removeprefix("Observation").lstrip(".")
        if inner.startswith("request") or inner == "entry":
            prefix = prefix.removesuffix(".resource")
        return Issue(self.code, self.text, f"{prefix}.{inner}" if inner else prefix)


class Refused(Exception):
    """A request or resource that is not taken."""

    def __init__(self, status: int, *issues: Issue) -> None:
        super().__init__("; ".join(f"{issue.path}: {issue.text}" for issue in issues))
        self.status, self.issues = status, issues
        self.named: Any = None  # the subject, of a reading that could not be read whole

    def outcome(self) -> dict[str, Any]:
        return outcome(self.issues)


def refuse(text: str, path: str = "", *, code: str = "invalid", status: int = 422) -> Refused:
    return Refused(status, Issue(code, text, path))


def outcome(issues: tuple[Issue, ...]) -> dict[str, Any]:
    return {"resourceType": "OperationOutcome", "issue": [_issue(issue) for issue in issues]}


def _issue(issue: Issue) -> dict[str, Any]:
    told: dict[str, Any] = {
        "severity": "error",
        "code": issue.code,
        "diagnostics": issue.text,
    }
    if issue.path:
        told["expression"] = [issue.path]
    return told


@dataclass
class Answer:
    """What goes back over the wire."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


STATUS = {
    200: "200 OK",
    201: "201 Created",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    403: "403 Forbidden",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    406: "406 Not Acceptable",
    409: "409 Conflict",
    410: "410 Gone",
    411: "411 Length Required",
    413: "413 Content Too Large",
    415: "415 Unsupported Media Type",
    422: "422 Unprocessable Content",
    429: "429 Too Many Requests",
    500: "500 Internal Server Error",
    503: "503 Service Unavailable",
}
