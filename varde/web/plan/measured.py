"""What the patient measures and how often, as a plan says it (standards 4.5)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from varde.catalogue.queries import programme
from varde.core.expectation import Agreed, Rhythm, rhythm_on, weekday_of
from varde.measuring.queries import enrolments
from varde.measuring.rhythm import own_rhythms
from varde.pathway.regime import agreed
from varde.web.patient.steps import steps_of
from varde.web.texts.numbers import day_month, weekday_name


def measured(patient: UUID, *, zone: ZoneInfo, at: datetime) -> str:
    """«Oksygen i blodet, blodtrykk – hver mandag, og hver dag når det er gult eller rødt.» Empty
    when nothing is measured. Pauses are left out: a plan tells what is usual."""
    rows = enrolments([patient], at=at).get(patient, [])
    own = own_rhythms([patient]).get(patient)
    programmes = [programme(row.programme, row.version) for row in rows]
    names = [str(step.title).lower() for step in steps_of(programmes) if step.fields]
    if not names:
        return ""
    told = _how_often([agreed(row, zone, (), own) for row in rows], at.astimezone(zone).date())
    what = ", ".join(names)
    return f"{what[:1].upper()}{what[1:]} – {told}"


def _how_often(terms: list[Agreed], today: date) -> str:
    """Of several programmes by what asks most often; a trial with the day it ends."""
    ends = max(one.start + timedelta(days=one.trial_days) for one in terms)
    now, later = _most(terms, today), _most(terms, ends)
    if today >= ends or now == later:
        return _said(now, terms, today)
    words = {"until": day_month(ends - timedelta(days=1)), "later": _said(later, terms, ends)}
    if now is Rhythm.DAILY:
        return _("hver dag til og med %(until)s, deretter %(later)s") % words
    return _("hver uke til og med %(until)s, deretter %(later)s") % words


def _most(terms: list[Agreed], day: date) -> Rhythm:
    return min((rhythm_on(day, one, green=True) for one in terms), key=list(Rhythm).index)


def _said(rhythm: Rhythm, terms: list[Agreed], day: date) -> str:
    if rhythm is Rhythm.DAILY:
        return _("hver dag")
    told = _("hver hverdag")
    if rhythm is Rhythm.WEEKLY:
        numbers = sorted({weekday_of(one, day) for one in terms})
        names = ", ".join(weekday_name(n) for n in numbers)
        told = _("hver %(day)s") % {"day": names}
    if not any(one.daily_until_green for one in terms):
        return told
    return f"{told}, {_('og hver dag når det er gult eller rødt')}"
