"""Manner: how a patient has measured, as she tells it, and what a doctor's orders ask of that."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from varde.core.context import InContext
from varde.core.own_rule import resolved
from varde.core.programme import Programme, to_order
from varde.core.reading import ACTIVITY, FLOW, REST, TECHNIQUES
from varde.triage.ordered_rules import rules_held
from varde.triage.thresholds import in_force
from varde.web.patient.steps import Step
from varde.web.texts.statuses import MANNERS

CONCERNS = {  # what may have been so, and of which devices
    ACTIVITY: {"oxygen", "blood-pressure"},
    "cold-finger": {"oxygen"},
    "talked": {"oxygen", "blood-pressure"},
    "not-rested": {"oxygen", "blood-pressure"},
    "moved": {"oxygen", "blood-pressure"},
    "clothed": {"weight"},
}
ADVICE: dict[str, tuple[str | Promise, ...]] = {
    "oxygen": (
        gettext_lazy("Varm fingeren. Ta av neglelakk."),
        gettext_lazy("Hold hånda i ro, og vent til tallet står stille."),
    ),
    "blood-pressure": (
        gettext_lazy("Sitt med ryggen mot stolen, uten å snakke."),
        gettext_lazy("Legg armen på bordet, så mansjetten er i høyde med hjertet."),
    ),
    "weight": (gettext_lazy("Still vekta på et hardt, jevnt gulv."),),
    "temperature": (gettext_lazy("Vent litt hvis du har spist, drukket eller vært ute i kulda."),),
}


@dataclass(frozen=True)
class Ordered:
    """What orders for this patient ask: kinds with limits after activity, and oxygen to be told."""

    after_activity: frozenset[str] = frozenset()
    oxygen: bool = False

    @property
    def kinds(self) -> frozenset[str]:
        """What is measured beside what the programmes ask for."""
        return frozenset({FLOW}) if self.oxygen else frozenset()


def ordered(request: Any, programmes: Sequence[Programme]) -> Ordered:
    """For the patient who is signed in, now."""
    person, at = request.viewer.person, request.at
    held, offered = rules_held(person, at=at), to_order(programmes)
    rules = [rule for name in held if (rule := resolved(name, offered)) is not None]
    contexts = [rule for rule in rules if isinstance(rule, InContext)]
    return Ordered(
        frozenset(rule.kind for rule in contexts if rule.when == "activity"),
        any(rule.when == "oxygen" for rule in contexts) or FLOW in in_force(person, at=at),
    )


def techniques(steps: Sequence[Step]) -> list[tuple[str, str]]:
    """What may have gone wrong with it, of what concerns these devices."""
    slugs = {step.slug for step in steps}
    return [(key, str(MANNERS[key])) for key in TECHNIQUES if slugs & CONCERNS[key]]


def offered(step: Step) -> list[tuple[str, str]]:
    """What may be ticked of a device; activity only where it is not asked outright."""
    first = [] if step.outright or step.slug not in CONCERNS[ACTIVITY] else [ACTIVITY]
    return [(key, str(MANNERS[key])) for key in first] + techniques([step])


def rest_or_activity(step: Step) -> list[tuple[str, str]]:
    return [(key, str(MANNERS[key])) for key in (REST, ACTIVITY)] if step.outright else []


def told(given: Collection[str], step: Step) -> list[str]:
    """What was ticked, of what may be said of this device; both at rest and not is neither."""
    known = {key for key, slugs in CONCERNS.items() if step.slug in slugs} | {REST}
    found = [key for key in (REST, *CONCERNS) if key in known and key in given]
    return [one for one in found if one != REST or ACTIVITY not in found]


def advice(step: Step, said: Collection[str], *, advised: bool) -> Sequence[str | Promise]:
    """How to measure better, told once where something may have gone wrong."""
    wrong = any(one in TECHNIQUES for one in said)
    return ADVICE.get(step.slug, ()) if wrong and not advised else ()


def of_kinds(steps: Sequence[Step], said: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """How each kind was measured, from what was said of each device."""
    return {
        field.kind: said[step.slug]
        for step in steps
        if step.slug in said
        for field in step.fields
        if field.kind != FLOW
    }
