"""Trying a programme on a file of reports: judged by the intake's code, told in words or JSON."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.utils import translation

from varde.catalogue.actions import shipped
from varde.config.refused import Refused
from varde.core.own_rule import one_each, resolved
from varde.core.programme import Programme, to_order
from varde.core.programme_file import BadProgramme, parse
from varde.core.replay import Report, replay
from varde.core.verdict import Judgement, Reason
from varde.core.zones import Zone
from varde.exchange.reports_csv import BadTable, Row, read_limits, read_reports
from varde.web.texts.numbers import NBSP
from varde.web.texts.sentences import for_nurse
from varde.web.texts.statuses import ZONE_WORDS

JSON_ZONES = {Zone.NOT_JUDGED: "not_judged", Zone.GREEN: "green", Zone.YELLOW: "yellow",
              Zone.RED: "red"}  # fmt: skip


def tried(asked: Namespace) -> tuple[Iterator[str], list[Row]]:
    """A line for each report, and the rows that were refused. Raises `Refused`."""
    (programme, _content), zone = read_programme(asked.programme), ZoneInfo("Europe/Oslo")
    content = read_yaml(asked.thresholds) if asked.thresholds else {}
    ordered = _ordered(content, programme)
    try:
        own = read_limits(content)
        with _opened(asked.reports) as file:
            reports, refused = read_reports(file, zone=zone)
    except BadTable as error:
        raise Refused(str(error)) from None
    except UnicodeDecodeError:
        raise Refused(f"{asked.reports} is not a text in UTF-8") from None
    tell = _as_json if asked.json else _as_text
    judged = replay(reports, programme, own, ordered=ordered, zone=zone)
    return _told(judged, programme, tell, asked.language), refused


def _ordered(content: Any, programme: Programme) -> set[str]:
    """The names of the rules that the file says a doctor has ordered, taken out of it."""
    ids = content.pop("rules", []) if isinstance(content, dict) else []
    offered = to_order([programme])
    every = ids if isinstance(ids, list) else [ids]
    for one in every:
        if not isinstance(one, str) or resolved(f"{programme.key}:{one}", offered) is None:
            known = ", ".join(name.partition(":")[2] for name in offered) or "none"
            raise Refused(f"rules: {one!r} is not a rule that is ordered here; those: {known}")
    if not one_each(every):
        raise Refused("rules: a rule is ordered once")
    return {f"{programme.key}:{one}" for one in every}


def _told(judged: Any, programme: Programme, tell: Any, language: str) -> Iterator[str]:
    with translation.override(language):
        for report, found in judged:
            yield tell(report, found, programme)


def read_programme(name: str) -> tuple[Programme, dict[str, Any]]:
    """One that comes with Varde, by its key; or a file. Read, and as it is written."""
    content = shipped().get(name)
    if content is None and not Path(name).exists():
        known = ", ".join(shipped())
        raise Refused(f"There is no programme {name!r}. Those that come with Varde: {known}")
    try:
        written = content if content is not None else read_yaml(name)
        return parse(written), written
    except BadProgramme as error:
        raise Refused(str(error)) from None


def _opened(name: str) -> Any:
    try:
        return sys.stdin if name == "-" else Path(name).open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise Refused(f"{name}: {error.strerror}") from None


def read_yaml(name: str) -> Any:
    """What a file says; raises `Refused`."""
    try:
        return yaml.safe_load(Path(name).read_text("utf-8"))
    except OSError as error:
        raise Refused(f"{name}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Refused(f"{name} cannot be read as YAML or JSON: {error}") from None


def _sentence(reason: Reason, programme: Programme) -> str:
    what, against = for_nurse(reason, [programme])
    text = f"{what}, {against}" if against else what
    return text.replace(NBSP, " ")  # a file is searched and compared


def _as_text(report: Report, found: Judgement, programme: Programme) -> str:
    reasons = "; ".join(f"{_sentence(r, programme)} [{r.rule}]" for r in found.reasons)
    zone = ZONE_WORDS[found.zone.slug]
    return _shown(f"{report.patient}  {report.taken_at.isoformat()}  {zone}  {reasons}")


def _shown(text: str) -> str:
    """What a file holds is shown, and is not done by who reads it on a screen."""
    return "".join(one if one.isprintable() else "\ufffd" for one in text)


def _as_json(report: Report, found: Judgement, programme: Programme) -> str:
    told = {
        "patient": report.patient,
        "taken_at": report.taken_at.isoformat(),
        "zone": JSON_ZONES[found.zone],
        "reasons": [
            {
                "kind": reason.subject,
                "rule": reason.rule,
                "zone": JSON_ZONES[reason.zone],
                "text": _sentence(reason, programme),
            }
            for reason in found.reasons
        ],
    }
    return json.dumps(told, ensure_ascii=False)
