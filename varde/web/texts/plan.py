"""The plan in words that a patient reads: its parts, a medication, and how often it was started."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from varde.core.course import Count
from varde.core.plan import Area, Leave, Medication, Use
from varde.web.texts.numbers import day_month

AREAS = {
    "medication": gettext_lazy("Medisin"),
    Area.ACTIVITY: gettext_lazy("Bevegelse"),
    Area.BREATHING: gettext_lazy("Pust og slim"),
    Area.NUTRITION: gettext_lazy("Mat og drikke"),
    Area.SMOKING: gettext_lazy("Røyk"),
    Area.OTHER: gettext_lazy("Annet"),
}
AREA_ICONS = {
    "medication": "ui/icon/medicine.html",
    Area.ACTIVITY: "ui/icon/footprint.html",
    Area.BREATHING: "ui/icon/lungs.html",
    Area.NUTRITION: "ui/icon/glass.html",
    Area.SMOKING: "ui/icon/cigarette.html",
    Area.OTHER: "ui/icon/check.html",
}
LEAVES_PLAIN = {  # to the patient
    Leave.ALONE: gettext_lazy("Du kan starte alene."),
    Leave.TELL: gettext_lazy("Du kan starte selv. Si fra til oss når du gjør det."),
    Leave.ASK: gettext_lazy("Spør en lege før du starter."),
}
PLAN_ZONES = {
    "green": gettext_lazy("Grønn: som vanlig"),
    "yellow": gettext_lazy("Gul: litt verre enn vanlig"),
    "red": gettext_lazy("Rød: mye verre"),
}


def course_told(one: Medication) -> str:
    """«i 7 dager, høyst 1 kur på 90 dager»; "" for what has no such bounds."""
    told = []
    if one.days is not None:
        told.append(ngettext("i %(n)s dag", "i %(n)s dager", one.days) % {"n": one.days})
    if one.most is not None:
        words = {"n": one.most, "days": one.period_days or 365}
        told.append(
            ngettext("høyst %(n)s kur på %(days)s dager", "høyst %(n)s kurer på %(days)s dager",
                     one.most) % words
        )  # fmt: skip
    return ", ".join(told)


def medication_plain(one: Medication) -> str:
    """To the patient, in sentences: what it is, how much, how long, and on whose leave."""
    first = f"{one.drug}: {one.dose}" if one.dose else one.drug
    bounds = course_told(one)
    told = f"{first}{', ' if bounds else ''}{bounds}."
    return told if one.use is Use.REGULAR else f"{told} {LEAVES_PLAIN[one.leave]}"


def used_told(counted: Count) -> str:
    """To the patient, before a start: how many there have been, and how many the plan allows."""
    before = counted.number - 1
    words = {"n": before, "since": day_month(counted.since), "most": counted.most or 0}
    if not before:
        return ""
    told = ngettext(
        "Du har startet den %(n)s gang siden %(since)s.",
        "Du har startet den %(n)s ganger siden %(since)s.",
        before,
    ) % words  # fmt: skip
    if counted.over:
        told += " " + _("Planen sier høyst %(most)s. Ring før du starter igjen.") % words
    return told
