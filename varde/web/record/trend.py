"""The trend: every measurement and answer of one patient on one time axis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from varde.core.programme import Programme, answer_to, known_choice
from varde.core.quantities import BY_NAME
from varde.measuring.habitual import usual_over_time
from varde.measuring.queries import Point, reports, series
from varde.paper.chart import Band
from varde.paper.chart import Point as Drawn
from varde.paper.multiples import (
    AnswerRow,
    Event,
    Multiples,
    PeriodRow,
    Series,
    multiples,
)
from varde.triage.thresholds import over_time
from varde.web.charts import bands_of, below_usual, points_of
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import bound, short_date
from varde.web.texts.words import said, value_of

PERIODS = (14, 30, 90, 365)
DAY = timedelta(days=1)


def trend(
    patient: UUID,
    programmes: Sequence[Programme],
    known: Sequence[Programme],
    *,
    events: Sequence[Event],
    days: int,
    at: datetime,
    periods: Sequence[PeriodRow] = (),
) -> tuple[Multiples, dict[str, list[Point]], list[Any]]:
    """The picture, the values it is made of, and the reports with answers.

    `at` is local time: dates are those of the place. `known` are the versions that answers
    have been given to, those of now first.
    """
    start, end = at - timedelta(days=days), at + timedelta(minutes=1)
    kinds = list(dict.fromkeys(kind for p in programmes for kind in p.kinds))
    values = series(patient, kinds, start=start, end=end)
    limits = over_time(patient, start=start, end=end)
    known_usual = usual_over_time(patient)
    below = below_usual(known_usual, programmes)
    usual = {kind: one for kind, several in known_usual.items() for one in several if not one.end}
    sent = reports(patient, start=start, end=end)
    drawn = [
        _series(
            kind,
            values[kind],
            bands_of(limits.get(kind, []), start, end, below.get(kind)),
            usual.get(kind),
            end,
        )
        for kind in kinds
    ]
    rows = _answers(programmes, known, sent)
    picture = multiples(drawn, rows, events, start=start, end=end, periods=periods)
    return picture, values, sent


def _series(
    kind: str, points: list[Point], bands: Sequence[Band], usual: Any, end: datetime
) -> Series:
    last = points[-1] if points else None
    return Series(
        name=str(KIND_TEXTS[kind].short),
        unit=str(KIND_TEXTS[kind].unit),
        usual=_("vanlig %(value)s") % {"value": bound(usual.value)} if usual else "",
        latest=_latest(kind, last, end),
        against=_from_usual(kind, last, usual),
        zone=last.zone if last else 0,
        points=points_of(points),
        bands=bands,
        decimals=BY_NAME[kind].decimals,
    )


def _latest(kind: str, last: Point | None, end: datetime) -> str:
    """The last value, with its date when it is not of the last day."""
    if last is None:
        return _("ingen")
    text = value_of(kind, last.value)
    return (
        text
        if end - last.taken_at < DAY
        else f"{text} · {short_date(last.taken_at.astimezone(end.tzinfo).date())}"
    )


def _from_usual(kind: str, last: Point | None, usual: Any) -> str:
    if last is None or usual is None:
        return ""
    change = BY_NAME[kind].rounded(last.value - usual.value)
    if not change:
        return _("som vanlig")
    sign = "+" if change > 0 else "−"
    return _("%(change)s fra vanlig") % {"change": f"{sign}{bound(abs(change))}"}


def _answers(
    programmes: Sequence[Programme], known: Sequence[Programme], sent: Sequence[Any]
) -> list[AnswerRow]:
    rows = []
    seen: set[str] = set()
    for programme in programmes:
        for question in programme.questions:
            if question.id in seen:
                continue
            seen.add(question.id)
            given = [(r.taken_at, r.answers[question.id]) for r in sent if question.id in r.answers]
            points = [Drawn(at, 0, answer_to(known, question.id, c).zone) for at, c in given]
            last = known_choice(known, question.id, given[-1][1]) if given else None
            rows.append(AnswerRow(said(question.short), said(last.text) if last else "", points))
    return rows
