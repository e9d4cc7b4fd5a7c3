"""Steps: the screens of one report, made from the patient's programmes, asked once each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from varde.core.programme import Programme, Question
from varde.core.reading import FLOW
from varde.measuring.expecting import QUESTIONS

Text = str | Promise


@dataclass(frozen=True)
class Field:
    kind: str
    label: Text
    unit: Text


@dataclass(frozen=True)
class Step:
    """One screen: a device with its numbers, or one question."""

    slug: str
    fields: tuple[Field, ...] = ()
    title: Text = ""
    short: Text = ""
    how: Text = ""
    picture: str = ""
    picture_says: Text = ""
    need: Text = ""
    icon: str = ""
    question: Question | None = field(default=None, compare=False)
    placed: frozenset[str] = frozenset()  # kinds with limits of the patient's own after activity

    @property
    def outright(self) -> bool:
        """Whether «at rest» or «after activity» matters so much here that it is asked outright."""
        return any(one.kind in self.placed for one in self.fields)


_PULSE = Field("pulse", _("Puls"), _("slag i minuttet"))
_FLOW = Field(FLOW, _("Oksygen du får nå"), _("liter i minuttet, 0 hvis ingenting"))
_DEVICES = (
    Step(
        "oxygen",
        (Field("spo2", _("Oksygen"), "%"), _PULSE, _FLOW),
        title=_("Oksygen i blodet"),
        short=_("Ta på fingermåleren"),
        how=_("Sett måleren på pekefingeren og slå den på. Hold hånda i ro."),
        picture="ui/pictures/spo2.html",
        picture_says=_("En hånd med måleren på pekefingeren"),
        need=_("Fingermåleren"),
        icon="ui/icon/finger-meter.html",
    ),
    Step(
        "blood-pressure",
        (
            Field("systolic", _("Øverste tall"), "mmHg"),
            Field("diastolic", _("Nederste tall"), "mmHg"),
            _PULSE,
        ),
        title=_("Blodtrykk"),
        short=_("Ta på mansjetten"),
        how=_("Sitt i ro i fem minutter. Legg armen på bordet, og trykk på start."),
        picture="ui/pictures/blood-pressure.html",
        picture_says=_("En arm på bordet med mansjett rundt overarmen"),
        need=_("Blodtrykksmåleren"),
        icon="ui/icon/blood-pressure.html",
    ),
    Step(
        "weight",
        (Field("weight", _("Vekt"), "kg"),),
        title=_("Vekt"),
        short=_("Gå på badevekta"),
        how=_("Vei deg om morgenen, før frokost, i lett tøy."),
        picture="ui/pictures/weight.html",
        picture_says=_("To føtter på en badevekt"),
        need=_("Badevekta"),
        icon="ui/icon/scale.html",
    ),
    Step(
        "temperature",
        (Field("temperature", _("Temperatur"), "°C"),),
        title=_("Temperatur"),
        short=_("Mål temperaturen"),
        how=_("Bruk termometeret slik du pleier."),
        picture="ui/pictures/temperature.html",
        picture_says=_("Et termometer"),
        need=_("Termometeret"),
        icon="ui/icon/thermometer.html",
    ),
)


def steps_of(programmes: Sequence[Programme], *, more: Collection[str] = ()) -> list[Step]:
    """Every kind is measured and every question asked once, however many programmes; `more` are
    kinds that are asked for by an order for this patient."""
    wanted = {kind for programme in programmes for kind in programme.kinds}.union(more)
    steps: list[Step] = []
    for device in _DEVICES:
        fields = tuple(one for one in device.fields if one.kind in wanted)
        if any(one is not _PULSE for one in fields):
            steps.append(with_fields(device, fields))
            wanted -= {one.kind for one in fields}
    if _PULSE.kind in wanted:  # no other device of these programmes shows it
        steps.append(with_fields(_DEVICES[0], (_PULSE,)))
    seen: set[str] = set()
    for programme in programmes:
        for question in programme.questions:
            if question.id not in seen:
                seen.add(question.id)
                steps.append(Step(question.id, question=question))
    return steps


def with_fields(device: Step, fields: tuple[Field, ...]) -> Step:
    """The same screen with these numbers alone."""
    parts: dict[str, Any] = {**device.__dict__, "fields": fields}
    return Step(**parts)


def done(step: Step, content: dict[str, Any]) -> bool:
    """Whether the draft has what this step asks for, or the patient has gone past it."""
    if content.get("skipped", {}).get(step.slug):
        return True
    if step.question is not None:
        return content.get("answers", {}).get(step.slug) in step.question.ids
    return all(one.kind in content.get("values", {}) for one in step.fields)


def lacking(steps: Sequence[Step], came: Collection[str], content: Mapping[str, Any]) -> list[Step]:
    """What is still to be asked for: not what has come another way, unless it is typed already."""
    if content.get("all"):
        return list(steps)
    typed = {*content.get("values", {}), *content.get("answers", {})}
    return [one for one in steps if not _here(one, came) or typed & {one.slug, *_kinds(one)}]


def _here(step: Step, came: Collection[str]) -> bool:
    if step.question is not None:
        return QUESTIONS in came
    return _kinds(step) <= set(came)


def _kinds(step: Step) -> set[str]:
    return {one.kind for one in step.fields}
