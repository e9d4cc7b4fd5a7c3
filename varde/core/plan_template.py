"""Plan templates: what a draft of a plan begins with, one readable file for each programme.

Pure. A template has no doses: those are the doctor's for each patient. No clinician has signed any
that comes with Varde, and the editor says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from varde.core.access import Role
from varde.core.plan import (
    LONGEST,
    MOST_LINES,
    MOST_MEDICATIONS,
    ZONES,
    Area,
    Leave,
    Medication,
    Section,
    Use,
    ZonePlan,
)
from varde.core.programme_file import BadProgramme, languages
from varde.core.rule import Struct, Texts

DRAFTERS = frozenset({Role.NURSE, Role.GP, Role.SPECIALIST, Role.COORDINATOR})


class TemplateMedication(Struct, frozen=True):
    use: Use
    drug: Texts
    leave: Leave = Leave.ASK
    days: int | None = None
    most: int | None = None
    period_days: int | None = None


class TemplateZone(Struct, frozen=True):
    feels: tuple[Texts, ...] = ()
    do: dict[Area, tuple[Texts, ...]] = {}
    medications: tuple[TemplateMedication, ...] = ()
    call: Texts = {}


class Template(Struct, frozen=True):
    """What the plan of one programme begins with, and who drafts it there."""

    programme: str
    version: int
    drafted_by: tuple[Role, ...]
    zones: dict[str, TemplateZone]

    def section(self, language: str, ids: Iterator[str]) -> Section:
        """The section in the patient's language, bokmål where it has no such words."""
        made = {zone: _zone(self.zones.get(zone, TemplateZone()), language, ids) for zone in ZONES}
        return Section(self.programme, **made)


def _said(texts: Texts, language: str) -> str:
    return texts.get(language) or texts.get("nb", "")


def _zone(held: TemplateZone, language: str, ids: Iterator[str]) -> ZonePlan:
    return ZonePlan(
        feels=tuple(_said(one, language) for one in held.feels),
        do={area: tuple(_said(one, language) for one in lines) for area, lines in held.do.items()},
        medications=tuple(
            Medication(next(ids), one.use, _said(one.drug, language), "", one.leave, one.days,
                       one.most, one.period_days)
            for one in held.medications
        ),
        call=_said(held.call, language),
    )  # fmt: skip


msgspec.json.Decoder(Template)  # met here, as `core.programme_file` says why


def parse_template(data: Mapping[str, object]) -> Template:
    """A checked template; raises `BadProgramme` with where and what is wrong."""
    try:
        template = msgspec.convert(data, Template)
    except msgspec.ValidationError as error:
        raise BadProgramme(f"plan: {error}") from error
    for wrong in _wrong(template):
        raise BadProgramme(f"plan of {template.programme}: {wrong}")
    return template


def _wrong(template: Template) -> Iterable[str]:
    if template.version < 1:
        yield "version begins at 1"
    if not template.drafted_by or not set(template.drafted_by) <= DRAFTERS:
        yield f"drafted_by is one or more of {', '.join(sorted(DRAFTERS))}"
    if set(template.zones) != set(ZONES):
        yield "zones are green, yellow and red"
    for zone, held in template.zones.items():
        yield from _zone_wrong(zone, held)


def _zone_wrong(zone: str, held: TemplateZone) -> Iterable[str]:
    if not (held.medications or held.call or any(held.do.values())):
        yield f"{zone} says nothing to do"
    if any(len(lines) > MOST_LINES for lines in (held.feels, *held.do.values())):
        yield f"{zone}: at most {MOST_LINES} lines"
    if len(held.medications) > MOST_MEDICATIONS:
        yield f"{zone}: at most {MOST_MEDICATIONS} medications"
    for one in held.medications:
        if one.use is Use.RESCUE and None in (one.days, one.most, one.period_days):
            yield f"{zone}: a rescue pack says days, most and period_days"
        if any(n is not None and n < 1 for n in (one.days, one.most, one.period_days)):
            yield f"{zone}: numbers of a medication begin at 1"
    for text in _texts(held):
        yield from languages(zone, text)
        if any(len(said) > LONGEST for said in text.values()):
            yield f"{zone}: a line is at most {LONGEST} characters"


def _texts(held: TemplateZone) -> Sequence[Texts]:
    return [
        *held.feels,
        *(line for lines in held.do.values() for line in lines),
        *(one.drug for one in held.medications),
        *([held.call] if held.call else []),
    ]
