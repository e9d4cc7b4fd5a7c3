"""A plan as it is shown: each zone with how it feels, what the measurements show, and what to do.

What the measurements show is what it was approved with; today's stand beside where they differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from varde.catalogue.queries import newest
from varde.core.baseline import in_one
from varde.core.plan import Area, Content, Medication, Section, Step, decoded, steps
from varde.core.plan_look import Beside, change_in, drop_in, kept_limits
from varde.core.programme import Programme
from varde.core.quantities import BY_NAME
from varde.core.thresholds import Limits
from varde.measuring.queries import habitual_values
from varde.triage.ordered import beside, held
from varde.web.plan.words import medication_told
from varde.web.texts.kinds import KIND_TEXTS, SHORT_UNITS
from varde.web.texts.limits import below_usual, between, outside, over_days, sides
from varde.web.texts.numbers import day_month
from varde.web.texts.plan import AREA_ICONS, AREAS, PLAN_ZONES, medication_plain
from varde.web.texts.words import said, value_of

ZONES = ("green", "yellow", "red")


@dataclass(frozen=True)
class Measure:
    """One kind in one zone; `now`: today's words, where they are others."""

    name: str
    then: str
    now: str = ""


@dataclass(frozen=True)
class Do:
    step: Step
    text: str
    medication: Medication | None = None


@dataclass(frozen=True)
class Group:
    area: str
    label: str
    icon: str
    steps: list[Do]


@dataclass(frozen=True)
class Part:
    """One condition in one zone; `name` is empty where there is only one."""

    programme: str
    name: str
    feels: Sequence[str]
    measures: list[Measure]
    groups: list[Group]
    call: str


@dataclass(frozen=True)
class ZoneShown:
    zone: str
    title: str
    parts: list[Part] = field(default_factory=list)


def shown(row: Any, *, at: datetime, plain: bool = False) -> list[ZoneShown]:
    """The three zones. `plain`: in the patient's words."""
    content = decoded(row.content)
    now = _now(row.patient_id, at)
    then = _then(row, now)
    known = {one.programme: _known(one.programme) for one in content.sections}
    many = len(content.sections) > 1

    def part(section: Section, zone: str) -> Part:
        of, here = known[section.programme], section.zone(zone)
        return Part(
            section.programme,
            (said(of.name) if of is not None else section.programme) if many else "",
            here.feels,
            measures(
                of.kinds if of is not None else tuple(then.limits), zone, then, now, plain=plain
            ),
            groups(section, zone, plain=plain),
            here.call,
        )

    return [
        ZoneShown(zone, str(PLAN_ZONES[zone]), [part(one, zone) for one in content.sections])
        for zone in ZONES
    ]


def _known(key: str) -> Programme | None:
    """None where the programme is no more."""
    try:
        return newest(key)
    except KeyError:
        return None


def name_of(key: str) -> str:
    """The condition in the reader's language; its key where the programme is no more."""
    known = _known(key)
    return said(known.name) if known is not None else key


def groups(section: Section, zone: str, *, plain: bool) -> list[Group]:
    by_id = {one.id: one for one in section.zone(zone).medications}
    found: dict[str, list[Do]] = {}
    for step in steps(section, zone):
        one = by_id.get(step.medication)
        told = medication_plain if plain else medication_told
        text = told(one) if one is not None else step.text
        found.setdefault(step.area, []).append(Do(step, text, one))
    order = ["medication", *Area]
    return [
        Group(str(area), str(AREAS[area]), AREA_ICONS[area], found[area])
        for area in order
        if area in found
    ]


@dataclass(frozen=True)
class JudgedBy:
    """What a patient is judged by: the limits, what is usual, and the rules beside the limits."""

    limits: Mapping[str, Limits]
    usual: Mapping[str, float]
    beside: Beside


def _now(patient: UUID, at: datetime) -> JudgedBy:
    usual = {kind: one.value for kind, one in habitual_values(patient).items()}
    return JudgedBy(held(patient, at=at), usual, beside([patient], at=at).get(patient, {}))


def _then(row: Any, now: JudgedBy) -> JudgedBy:
    """What it was approved with; of a draft what holds now."""
    if row.limits is None:
        return now
    kept = row.beside if row.beside is not None else now.beside
    return JudgedBy(kept_limits(row.limits), row.usual, kept)


def measured_now(patient: UUID, content: Content, *, at: datetime) -> dict[str, list[Measure]]:
    """What the measurements show in each zone by what holds now, by «programme.zone»: who approves
    in the editor has it before the eyes."""
    now, found = _now(patient, at), {}
    for section in content.sections:
        of = _known(section.programme)
        kinds = of.kinds if of is not None else tuple(now.limits)
        for zone in ZONES:
            told = measures(kinds, zone, now, now, plain=False)
            found[f"{section.programme}.{zone}"] = told
    return found


def measures(
    kinds: Sequence[str], zone: str, then: JudgedBy, now: JudgedBy, *, plain: bool
) -> list[Measure]:
    """What each of these kinds shows in this zone: by its limits, and by the rules beside them. In
    the patient's words it is one row of numbers, as soon as it is known what is usual."""
    found = []
    for kind in kinds:
        name = str(KIND_TEXTS[kind].button if plain else KIND_TEXTS[kind].short)
        for words in (_in_one, _by_days) if plain else (_by_limits, _by_usual, _by_days):
            before, today = words(kind, zone, then), words(kind, zone, now)
            if before or today:
                told = (today or _("ikke vurdert")) if today != before else ""
                found.append(Measure(name, before or _("ikke vurdert"), told))
    return found


def _in_one(kind: str, zone: str, by: JudgedBy) -> str:
    rule, usual = drop_in(by.beside, kind), by.usual.get(kind)
    if rule is None:
        return _by_limits(kind, zone, by)
    if usual is None:
        told = (_by_limits(kind, zone, by), _by_usual(kind, zone, by))
        return ", ".join(one for one in told if one)
    return in_zone(kind, in_one(BY_NAME[kind], by.limits.get(kind, Limits()), rule, usual), zone)


def _by_limits(kind: str, zone: str, by: JudgedBy) -> str:
    return in_zone(kind, by.limits[kind], zone) if kind in by.limits else ""


def _by_usual(kind: str, zone: str, by: JudgedBy) -> str:
    rule, usual = drop_in(by.beside, kind), by.usual.get(kind)
    if rule is None:
        return ""
    told = value_of(kind, usual) if usual is not None else ""
    return below_usual(rule, zone, told, str(SHORT_UNITS[kind]))


def _by_days(kind: str, zone: str, by: JudgedBy) -> str:
    rule = change_in(by.beside, kind)
    return over_days(rule, zone, str(SHORT_UNITS[kind])) if rule is not None else ""


def in_zone(kind: str, limits: Limits, zone: str) -> str:
    """«88 til under 90 %»; "" where no value gives this zone."""
    a, b, c, d = limits.in_order()
    told = {"green": lambda: between(b, c), "yellow": lambda: sides(a, b, c, d),
            "red": lambda: outside(a, d)}[zone]()  # fmt: skip
    unit = str(SHORT_UNITS[kind])
    return "" if told == "–" else f"{told}\u00a0{unit}" if unit else told


def usual_told(row: Any, *, plain: bool = False) -> list[tuple[str, str]]:
    """What was usual for the patient when it was approved, of a draft what is so now; `plain`: in
    the patient's words."""
    usual = row.usual
    if row.limits is None:
        usual = {kind: one.value for kind, one in habitual_values(row.patient_id).items()}
    return [
        (str(KIND_TEXTS[kind].button if plain else KIND_TEXTS[kind].short), value_of(kind, value))
        for kind, value in usual.items()
        if kind in KIND_TEXTS
    ]


def approved_words(row: Any, zone: tzinfo) -> dict[str, str]:
    """Who approved it, where and when."""
    if row.approved_at is None or row.approved_by is None:
        return {}
    day = row.approved_at.astimezone(zone).date()
    return {
        "by": row.approved_by.name,
        "where": row.organisation.name if row.organisation else "",
        "on": f"{day_month(day)} {day.year}",
        "for": row.approved_for.name if row.approved_for else "",
        "version": str(row.version),
    }
