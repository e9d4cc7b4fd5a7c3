"""A machine at the door: its own token, what it sends, and what it and the nurse then see."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from io import BytesIO
from itertools import count, product
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from tests.people import NOW, Cast
from varde.catalogue import queries as programmes
from varde.core.access import Ground, Role
from varde.core.identifiers import InvalidIdentifier, parse_national_id
from varde.core.zones import Zone
from varde.exchange.fhir import door
from varde.measuring.actions import source
from varde.measuring.models import Observation
from varde.pathway import actions as pathway
from varde.people import actions as people
from varde.people.viewer import Viewer
from varde.triage import queries
from varde.triage.models import Reason
from varde.triage.restating import Found, restate

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
FNR, DNR, FHN = (f"urn:oid:2.16.578.1.12.4.1.4.{n}" for n in (1, 2, 3))
OURS = "urn:gateway:reading"
FHIR_JSON = "application/fhir+json"
EARLIER = NOW - timedelta(hours=1)  # when readings are taken, unless a test says another
# http://hl7.org/fhir/ValueSet/issue-type, R4
ISSUE_TYPES = """
invalid structure required value invariant security login unknown expired forbidden suppressed
processing not-supported duplicate multiple-matches not-found deleted too-long code-invalid
extension too-costly business-rule conflict transient lock-error no-store exception timeout
incomplete throttled informational
"""
_serial = count(1)
Json = dict[str, Any]


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @cached_property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def id(self) -> str:
        return str(self.body["id"])

    @property
    def issues(self) -> list[Json]:
        return list(self.body["issue"])

    @property
    def paths(self) -> list[str]:
        return [path for issue in self.issues for path in issue.get("expression", [])]

    @property
    def faults(self) -> list[str]:
        """The paths of what was wrong, without what was only not done because of it."""
        wrong = [issue for issue in self.issues if issue["code"] != "processing"]
        return [path for issue in wrong for path in issue.get("expression", [])]

    @property
    def resources(self) -> list[Json]:
        return [entry["resource"] for entry in self.body.get("entry", [])]

    @property
    def values(self) -> list[float]:
        return [one["valueQuantity"]["value"] for one in self.resources]

    def link(self, relation: str) -> str | None:
        links = {link["relation"]: link["url"] for link in self.body.get("link", [])}
        return links.get(relation)


def assert_well_formed(reply: Reply) -> None:
    """JSON with its length; what is refused is an OperationOutcome that a person can read."""
    assert reply.headers["Content-Type"].startswith(FHIR_JSON), reply.headers
    assert int(reply.headers["Content-Length"]) == len(reply.raw)
    if reply.status < 400:
        return
    assert reply.body["resourceType"] == "OperationOutcome", reply.raw
    assert reply.issues
    for issue in reply.issues:
        assert issue["severity"] in ("fatal", "error"), issue
        assert issue["code"] in ISSUE_TYPES.split(), issue
        assert issue["diagnostics"].strip(), issue


@dataclass
class Machine:
    """One token of one unit; every answer it gets is looked over.

    Its clock goes a millisecond for each thing it sends, unless told what time it is.
    """

    them: Cast
    unit: str = "service"
    scope: str = "read write"
    days: int | None = None
    name: str = field(default_factory=lambda: f"gateway-{next(_serial)}")
    token: str = ""
    sent: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        with self.them.acting():
            row, self.token = people.issue_token(
                name=self.name,
                tenant=self.them.tenant,
                unit=self.them.units[self.unit],
                scope=self.scope,
                at=self.them.at,
                days=self.days,
            )
            source("machine", f"{self.name} {row.id}", token=row.id)

    def environ(self, method: str, path: str, query: str, body: bytes, more: Json) -> Json:
        made = {
            "REQUEST_METHOD": method,
            "PATH_INFO": f"/fhir/R4/{path}".rstrip("/") if path else "/fhir/R4",
            "QUERY_STRING": query,
            "HTTP_HOST": "127.0.0.1:8000",
            "HTTP_AUTHORIZATION": f"Bearer {self.token}",
            "CONTENT_TYPE": FHIR_JSON,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
            **more,
        }
        return {name: value for name, value in made.items() if value is not None}

    def send(
        self,
        method: str,
        path: str = "",
        body: Any = b"",
        *,
        query: str = "",
        at: datetime | None = None,
        **more: Any,
    ) -> Reply:
        raw_body = body if isinstance(body, bytes) else json.dumps(body).encode()
        told: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            told.extend((int(status.split(maxsplit=1)[0]), dict(headers)))

        with self.them.clock(at or self.them.at + timedelta(milliseconds=next(self.sent))):
            environ = self.environ(method, path, query, raw_body, more)
            raw = b"".join(door.application(environ, start))
        reply = Reply(told[0], told[1], raw)
        assert_well_formed(reply)
        return reply

    def post(self, resource: Any, **more: Any) -> Reply:
        """An Observation, or a Bundle at the base."""
        bundle = isinstance(resource, dict) and resource.get("resourceType") == "Bundle"
        return self.send("POST", "" if bundle else "Observation", resource, **more)

    def get(self, path: str, **params: Any) -> Reply:
        return self.send("GET", path, query=urlencode(params, doseq=True))

    def search(self, kind: str = "Observation", *, by_post: bool = False, **params: Any) -> Reply:
        """`patient` may be a Viewer; a name with a dot is given as patient__identifier."""
        asked = {name.replace("__", "."): value for name, value in params.items()}
        if isinstance(asked.get("patient"), Viewer):
            asked["patient"] = str(asked["patient"].person)
        form = urlencode(asked, doseq=True)
        if by_post:
            kinds = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
            return self.send("POST", f"{kind}/_search", form.encode(), **kinds)
        return self.send("GET", kind, query=form)

    def follow(self, url: str) -> Reply:
        """A link that the server gave: one of its own addresses."""
        parts = urlsplit(url)
        assert (parts.scheme, parts.netloc) == ("http", "127.0.0.1:8000"), url
        return self.send("GET", parts.path.removeprefix("/fhir/R4/"), query=parts.query)

    def pages(self, first: Reply) -> Iterator[Reply]:
        reply: Reply | None = first
        while reply is not None:
            yield reply
            url = reply.link("next")
            reply = self.follow(url) if url else None


def number_of(them: Cast, patient: Viewer) -> str:
    from varde.people.models import Person

    with them.acting():
        return str(Person.objects.get(id=patient.person).national_id)


def a_number(start: str) -> str:
    """A valid national number that begins with these six digits and was not given before."""
    for individual in range(next(_serial) * 3 % 500, 500):
        for one, other in product("0123456789", repeat=2):
            number = f"{start}{individual:03}{one}{other}"
            try:
                return parse_national_id(number).value
            except InvalidIdentifier:
                continue
    raise AssertionError(f"no number begins with {start}")


def patient_with(
    them: Cast,
    number: str,
    *,
    born: date | None = date(1951, 3, 2),
    followed: bool = True,
    by: Viewer | None = None,
) -> Viewer:
    """A patient with this national number, of the unit of `by`, the service when left out."""
    at = them.at - timedelta(days=60)
    with them.acting(by, at=at) as actor:
        person = people.add_patient(
            national_id=number, given="Aud", family="Prøvestad", born=born, phone="",
            relations=[(actor.seat, Ground.FOLLOW_UP_SERVICE)], by=actor, at=at,
        )  # fmt: skip
        if followed:
            pathway.start_follow_up(
                patient=person.id, programmes=[programmes.newest("copd")], unit=actor.seat,
                service_model=1, weekday=0, by=actor, at=at,
            )  # fmt: skip
    return Viewer(them.tenant, Role.PATIENT, person=person.id, name=person.name)


def reference(patient: Viewer | UUID) -> Json:
    return {"reference": f"Patient/{getattr(patient, 'person', patient)}"}


def by_number(number: str, system: str = FNR) -> Json:
    return {"identifier": {"system": system, "value": number}}


def loinc(code: str) -> Json:
    return {"coding": [{"system": LOINC, "code": code}]}


def quantity(value: Any, unit: str) -> Json:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def observation(
    subject: Viewer | Json,
    value: Any = 96,
    unit: str = "%",
    code: str = "59408-5",
    *,
    at: datetime | str = EARLIER,
    identifier: str = "",
    **more: Any,
) -> Json:
    """What a gateway sends; `more` replaces elements, None leaves one out."""
    made: Json = {
        "resourceType": "Observation",
        "status": "final",
        "code": loinc(code),
        "subject": subject if isinstance(subject, dict) else reference(subject),
        "effectiveDateTime": at if isinstance(at, str) else at.isoformat(),
        "valueQuantity": quantity(value, unit),
        **({"identifier": [{"system": OURS, "value": identifier}]} if identifier else {}),
        **more,
    }
    return {name: part for name, part in made.items() if part is not None}


def pulse(subject: Viewer | Json, value: Any = 72, **more: Any) -> Json:
    return observation(subject, value, "/min", "8867-4", **more)


def pressure(
    subject: Viewer | Json, high: Any = 130, low: Any = 80, *, unit: str = "mm[Hg]", **more: Any
) -> Json:
    component = [
        {"code": loinc(code), "valueQuantity": quantity(value, unit)}
        for code, value in (("8480-6", high), ("8462-4", low))
    ]
    whole = {"component": component, "valueQuantity": None, **more}
    return observation(subject, code="85354-9", **whole)


def bundle(kind: str, *resources: Any) -> Json:
    request = {"method": "POST", "url": "Observation"}
    entries = [{"resource": one, "request": request} for one in resources]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def letter(told: Json) -> str:
    """The one interpretation of an Observation or a component."""
    (concept,) = told["interpretation"]
    (coding,) = concept["coding"]
    assert coding["system"].endswith("/v3-ObservationInterpretation")
    return str(coding["code"])


def rows(them: Cast, patient: Viewer) -> list[Observation]:
    """Every row that is kept of the patient."""
    with them.acting():
        found = Observation.objects.filter(patient_id=patient.person)
        return list(found.order_by("taken_at", "kind", "value"))


def reasons(them: Cast, patient: Viewer, kind: str = "") -> list[Reason]:
    """What stands open on the nurse's list for the patient."""
    with them.acting(them.nurse):
        found = Reason.objects.filter(patient_id=patient.person, open=True).order_by("at")
        return [one for one in found if kind in ("", one.kind)]


def on_list(them: Cast, patient: Viewer) -> queries.Row | None:
    with them.acting(them.nurse):
        found = queries.worklist(them.nurse)
    return next((row for row in found if row.item.patient_id == patient.person), None)


def zones_listed(them: Cast, patient: Viewer) -> dict[str, Zone]:
    """What the row of the list says is wrong, by kind."""
    row = on_list(them, patient)
    return {part.subject: part.zone for part in row.found} if row else {}


def restated(them: Cast) -> Found:
    """What `varde restate` would find in this cooperation."""
    at = them.at + timedelta(minutes=1)
    with them.acting(at=at) as by:
        return restate(zone=by.zone, at=at)
