"""What follows by itself, the rhythm and the ladder of a programme, in words with the numbers."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from varde.core.follow_up import (
    FOLLOW_UPS,
    OnDay,
    WhenGreen,
    WhenIll,
    WhenNew,
    WhenSilent,
    WhenUnfit,
    WhenYellow,
)
from varde.core.ladder import Rung
from varde.core.programme import Programme
from varde.web.texts.numbers import bound
from varde.web.texts.statuses import ASKED, TASKS, ZONE_WORDS


def times(programme: Programme) -> list[str]:
    """One sentence each: how often, what follows, how long to repeat a red, whom to ask next."""
    return [
        *_rhythm(programme),
        *(follow_up_line(rule) for rule in programme.follow_up),
        *_last(programme),
    ]


def _rhythm(programme: Programme) -> Iterator[str]:
    schedule = programme.schedule
    trial = _("hver dag") if schedule.trial == "daily" else _("hver uke")
    after = _("hver dag") if schedule.after == "daily" else _("hver uke")
    words = {"trial": trial, "days": schedule.trial_days, "after": after}
    yield _("Måler %(trial)s i %(days)s dager, deretter %(after)s.") % words
    if schedule.daily_until_green:
        yield _("Gul eller rød: måler hver dag til det er grønt.")


def follow_up_line(rule: FOLLOW_UPS) -> str:
    """«Månedlig kontakt: minst hver 30. dag, også når alt er grønt.»"""
    task = str(TASKS.get(rule.task, rule.task))
    return f"{task}: {_when(rule)}."


def _when(rule: FOLLOW_UPS) -> str:
    match rule:
        case WhenNew():
            return _("hver %(every)s. dag de første %(until)s dagene") % {
                "every": rule.every, "until": rule.until,
            }  # fmt: skip
        case OnDay():
            return _("på dag %(day)s") % {"day": rule.day}
        case WhenIll():
            zone = ZONE_WORDS["yellow" if isinstance(rule, WhenYellow) else "red"]
            return _("%(zone)s i %(days)s dager, eller %(reports)s rapporter på rad") % {
                "zone": zone, "days": rule.days, "reports": rule.reports,
            }  # fmt: skip
        case WhenGreen():
            return _("minst hver %(days)s. dag, også når alt er grønt") % {"days": rule.days}
        case WhenSilent():
            return _("når ingenting har kommet på %(days)s dager") % {"days": rule.days}
        case WhenUnfit():
            words = {"missed": rule.missed, "odd": rule.odd}
            return _("%(missed)s manglende rapporter eller %(odd)s usannsynlige verdier på "
                     "28 dager") % words  # fmt: skip


def _last(programme: Programme) -> Iterator[str]:
    if programme.measure_again_minutes:
        words = {"n": programme.measure_again_minutes}
        yield _("En rød kan måles igjen innen %(n)s minutter.") % words
    for slug, rungs in (("yellow", programme.ladder.yellow), ("red", programme.ladder.red)):
        if rungs:
            steps = ", ".join(_step(rung) for rung in rungs)
            told = {"zone": str(ZONE_WORDS[slug]), "steps": steps}
            yield _("%(zone)s spørres videre: %(steps)s.") % told


def _step(rung: Rung) -> str:
    words = {"who": ASKED[rung.ask], "hours": bound(rung.hours), "days": rung.from_days}
    if rung.from_days:
        return _("%(who)s (%(hours)s t, etter %(days)s døgn)") % words
    return _("%(who)s (%(hours)s t)") % words
