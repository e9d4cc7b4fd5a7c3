"""The door: HTTP for machines, without sessions, cookies or pages; a WSGI application."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import msgspec
from django.conf import settings
from django.db import DatabaseError, connection
from django.http.request import split_domain_port, validate_host
from psycopg_pool import PoolTimeout

from varde.base import clock
from varde.exchange.fhir import inbound, searching
from varde.exchange.fhir.access import Sender, sender
from varde.exchange.fhir.asked import uuid_in
from varde.exchange.fhir.metadata import capability
from varde.exchange.fhir.outcome import STATUS, Answer, Issue, Refused, outcome, refuse

PREFIX = "/fhir/R4"
SEARCH = re.compile(r"[A-Za-z]+/_search")
MOST_BYTES = 5_000_000
log = logging.getLogger("varde.fhir")
encode = msgspec.json.Encoder().encode
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Every answer is JSON; every refusal an OperationOutcome; no log holds what was asked."""
    return _sent(_answered(environ), start_response)


def busy(start_response: StartResponse) -> Iterable[bytes]:
    """So many are sending that no more is read now; nothing of this one was."""
    answer = _sorry(
        503, "throttled", "Too many are sending at once. Nothing was kept: send it again."
    )
    answer.headers["Retry-After"] = "5"
    return _sent(answer, start_response)


def cut_off(start_response: StartResponse) -> Iterable[bytes]:
    """Fewer bytes came than were promised."""
    return _sent(_sorry(400, "incomplete", CUT_OFF), start_response)


def _sent(answer: Answer, start_response: StartResponse) -> Iterable[bytes]:
    body = b"" if answer.body is None else encode(answer.body)
    headers = [
        ("Content-Type", "application/fhir+json; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        *answer.headers.items(),
    ]
    if answer.status == 401:
        headers.append(("WWW-Authenticate", 'Bearer realm="varde"'))
    start_response(STATUS.get(answer.status, f"{answer.status} Status"), headers)
    return [body]


def _answered(environ: dict[str, Any]) -> Answer:
    try:
        return _route(environ)
    except Refused as refused:
        return Answer(refused.status, refused.outcome())
    except (DatabaseError, PoolTimeout) as error:
        log.error("The database did not answer: %s", type(error).__name__)
        return _sorry(503, "transient", DATABASE_SILENT)
    except Exception as error:  # whatever it is, the sender gets an outcome and keeps its reading
        log.error("A request failed: %s", type(error).__name__)
        return _sorry(500, "exception", f"This failed here. {PERHAPS}")
    finally:
        connection.close()


CUT_OFF = "The body was cut off"
PERHAPS = "Perhaps it was not kept. Send the very same again: it is kept once."
DATABASE_SILENT = f"The database does not answer. {PERHAPS}"


def _sorry(status: int, code: str, text: str) -> Answer:
    return Answer(status, Refused(status, Issue(code, text)).outcome())


def _base(environ: dict[str, Any]) -> str:
    """Our own address as the sender wrote it, when that is a host we have."""
    host = environ.get("HTTP_HOST", "")
    name, _port = split_domain_port(host)
    if not name or not validate_host(name, settings.ALLOWED_HOSTS):
        raise refuse("Unknown host", status=400)
    scheme = "https" if settings.SECURE else "http"
    return f"{scheme}://{host}{PREFIX}"


def _route(environ: dict[str, Any]) -> Answer:
    method = environ["REQUEST_METHOD"]
    path = environ["PATH_INFO"][len(PREFIX) :].strip("/")
    at, base = clock.now(), _base(environ)
    asks_for_json = "_format=json" in environ.get("QUERY_STRING", "")  # it goes before Accept
    if not asks_for_json and not _takes_json(environ.get("HTTP_ACCEPT", "")):
        raise refuse("Only application/fhir+json is given", code="not-supported", status=406)
    if path == "metadata" and method == "GET":
        return Answer(200, capability(base))
    who = sender(environ.get("HTTP_AUTHORIZATION", ""), base=base, at=at)
    if method == "POST" and path in ("", "Observation"):
        return _post(path, environ, who, at)
    if method == "GET" or (method == "POST" and SEARCH.fullmatch(path)):
        return _get(path, method, environ, who, at)
    issue = Issue("not-supported", "That cannot be done here")
    return Answer(405, outcome((issue,)), {"Allow": "GET, POST"})


def _takes_json(accept: str) -> bool:
    """Whether JSON is among what the sender takes; nothing said is anything."""
    return not accept or any(word in accept.lower() for word in ("json", "*/*", "application/*"))


def _post(path: str, environ: dict[str, Any], who: Sender, at: datetime) -> Answer:
    who.demand("write")
    kind = environ.get("CONTENT_TYPE", "application/fhir+json").partition(";")[0]
    kind = kind.strip().lower()
    if kind not in ("application/fhir+json", "application/json", ""):
        raise refuse("Only application/fhir+json is taken", code="not-supported", status=415)
    body = _body(environ)
    if path == "":
        return inbound.post_bundle(body, who, at)
    return inbound.post_observation(body, who, at, unless=environ.get("HTTP_IF_NONE_EXIST", ""))


def _body(environ: dict[str, Any]) -> bytes:
    if environ.get("HTTP_CONTENT_ENCODING", "").strip().lower() not in ("", "identity"):
        raise refuse("A packed body is not taken", code="not-supported", status=415)
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return _chunked(environ)
    length = environ.get("CONTENT_LENGTH") or "0"
    plain = length.isascii() and length.isdigit() and len(length) < 12
    if not plain or int(length) > MOST_BYTES:
        raise refuse(f"At most {MOST_BYTES} bytes", code="too-long", status=413)
    read = environ["wsgi.input"].read(int(length))
    if len(read) != int(length):
        raise refuse(CUT_OFF, code="incomplete", status=400)
    return bytes(read)


def _chunked(environ: dict[str, Any]) -> bytes:
    """A body sent in parts, put together by the server; one cut off is no JSON, and refused so."""
    if environ["HTTP_TRANSFER_ENCODING"].strip().lower() != "chunked":
        raise refuse("A packed body is not taken", code="not-supported", status=415)
    read = environ["wsgi.input"].read(MOST_BYTES + 1)
    if len(read) > MOST_BYTES:
        raise refuse(f"At most {MOST_BYTES} bytes", code="too-long", status=413)
    return bytes(read)


def _params(text: str) -> dict[str, list[str]]:
    try:
        found = parse_qs(text, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        raise refuse("Too many parameters", code="too-long", status=400) from None
    if any("\0" in value for values in found.values() for value in values):
        raise refuse("A parameter may not hold the character NUL", status=400)
    return found


def _get(path: str, method: str, environ: dict[str, Any], who: Sender, at: datetime) -> Answer:
    who.demand("read")
    params = _params(environ.get("QUERY_STRING", ""))
    if method == "POST":
        for name, values in _params(_body(environ).decode("utf-8", "replace")).items():
            params[name] = params.get(name, []) + values
        path = path.removesuffix("_search").strip("/")
    kind, _, wanted = path.partition("/")
    reads = {"Observation": searching.read_observation, "Patient": searching.read_patient}
    searches = {"Observation": searching.search_observations, "Patient": searching.search_patients}
    if kind not in searches:
        raise refuse("Only Observation and Patient are here", code="not-supported", status=404)
    if "xml" in "".join(params.get("_format", ())):
        raise refuse("Only application/fhir+json is given", code="not-supported", status=406)
    if not wanted:
        if "handling=lenient" in environ.get("HTTP_PREFER", ""):
            known = searching.KNOWN[kind]
            params = {name: values for name, values in params.items() if name in known}
        return searches[kind](params, who, at)
    row = uuid_in(wanted)
    if row is None:
        raise refuse(f"No such {kind} for this sender", code="not-found", status=404)
    return reads[kind](row, who, at)
