"""The plan in words to professionals: a medication, a start, what lacks, how far it has come."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from varde.core.plan import Leave, Medication, Use
from varde.web.texts.numbers import short_date
from varde.web.texts.plan import AREAS, course_told

USES = {
    Use.REGULAR: gettext_lazy("Fast"),
    Use.AS_NEEDED: gettext_lazy("Ved behov"),
    Use.RESCUE: gettext_lazy("Startpakke"),
}
LEAVES = {  # to a professional
    Leave.ALONE: gettext_lazy("kan starte alene"),
    Leave.TELL: gettext_lazy("starter og sier fra"),
    Leave.ASK: gettext_lazy("spør lege først"),
}
PLACES = {  # of what differs between two versions
    "matters": gettext_lazy("Hva som er viktig"),
    "goals": gettext_lazy("Mål"),
    "feels": gettext_lazy("Slik kjennes det"),
    "call": gettext_lazy("Hvem jeg ringer"),
    **AREAS,
}
PLAN_STAGES = {
    "draft": gettext_lazy("Utkast"),
    "proposed": gettext_lazy("Venter på legen"),
    "approved": gettext_lazy("Godkjent, gjelder"),
    "replaced": gettext_lazy("Erstattet"),
    "withdrawn": gettext_lazy("Trukket tilbake"),
    "dropped": gettext_lazy("Forkastet"),
}
HOWS = {
    "new": gettext_lazy("ny"),
    "gone": gettext_lazy("tatt bort"),
    "changed": gettext_lazy("endret"),
    "same": gettext_lazy("uendret"),
}
WHOM = {
    "patient": gettext_lazy("Pasienten"),
    "kin": gettext_lazy("Pårørende"),
    "both": gettext_lazy("Pasienten og pårørende"),
}
TREATS = {  # who has a copy of the plan, to a professional
    "follow-up-service": gettext_lazy("oppfølgingstjeneste"),
    "home-municipality": gettext_lazy("hjemkommune"),
    "gp": gettext_lazy("fastlege"),
    "specialist": gettext_lazy("sykehusavdeling"),
    "care-team": gettext_lazy("hjemmetjeneste eller team"),
}


def medication_told(one: Medication) -> str:
    """What it is, how much, how long and on whose leave."""
    bounds = course_told(one)
    parts = [f"{one.drug}: {one.dose}" if one.dose else one.drug, *([bounds] if bounds else [])]
    if one.use is not Use.REGULAR:
        parts.append(str(LEAVES[one.leave]))
    return ", ".join(parts)


def started_told(about: dict[str, Any]) -> str:
    """«Startet Prednisolon, kur nr. 2 siden 18.8. Planen sier høyst 1. Lege er ikke spurt»."""
    words: dict[str, Any] = {"drug": about.get("drug", ""), "n": about.get("number", 1)}
    if int(words["n"]) > 1:
        words["since"] = short_date(date.fromisoformat(about["since"]))
        told = [_("Startet %(drug)s, nr. %(n)s siden %(since)s") % words]
    else:
        told = [_("Startet %(drug)s") % words]
    if about.get("most") and int(words["n"]) > int(about["most"]):
        told.append(_("Planen sier høyst %(n)s") % {"n": about["most"]})
    if about.get("stale"):
        told.append(_("Planen den sto i, gjelder ikke lenger"))
    if about.get("first"):
        told.append(_("Lege er spurt, sier pasienten") if about.get("asked")
                    else _("Lege skulle vært spurt, og er ikke spurt"))  # fmt: skip
    if about.get("struck"):
        struck = _("Tatt tilbake: pasienten sier at det var feil")
        told.append(struck if about["struck"] == "patient" else _("Tatt tilbake av sykepleier"))
    return ". ".join(part.removesuffix(".") for part in told)
