"""Words of requests, controls, visits and breathing support."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from varde.core.support import SETTINGS, Kind
from varde.web.texts.numbers import clock_time, long_date, number

WHATS = {
    "appointment": gettext_lazy("Framskyndet time"),
    "visit": gettext_lazy("Hjemmebesøk"),
    "question": gettext_lazy("Spørsmål"),
}
STAGES = {
    "asked": gettext_lazy("venter på svar"),
    "booked": gettext_lazy("time satt opp"),
    "held": gettext_lazy("møtte"),
    "missed": gettext_lazy("møtte ikke"),
    "unsaid": gettext_lazy("ikke registrert"),
    "answered": gettext_lazy("besvart"),
    "declined": gettext_lazy("avslått"),
    "called-off": gettext_lazy("avlyst"),  # a time that was given
    "withdrawn": gettext_lazy("trukket"),
}
SOURCES = {
    "patient": gettext_lazy("pasienten"),
    "nurse": gettext_lazy("sykepleier"),
    "doctor": gettext_lazy("lege"),
    "coordinator": gettext_lazy("koordinator"),
    "outreach-team": gettext_lazy("ambulant team"),
    "meeting": gettext_lazy("møtet"),
    "rule": gettext_lazy("en regel i programmet"),
}
CONTROLS = {
    "running": gettext_lazy("går som planlagt"),
    "dropped": gettext_lazy("droppet, pasienten ber om time ved behov"),
    "ended": gettext_lazy("avsluttet"),
}
SLOT_HOWS = {
    "visit": gettext_lazy("Oppmøte"),
    "video": gettext_lazy("Video"),
    "phone": gettext_lazy("Telefon"),
}
VISIT_HOWS = {
    "home": gettext_lazy("Hjemme hos pasienten"),
    "phone": gettext_lazy("Telefon"),
    "video": gettext_lazy("Video"),
}
SUPPORTS = {
    "oxygen": gettext_lazy("Oksygen"),
    "niv": gettext_lazy("Ventilator (NIV)"),
    "cpap": gettext_lazy("CPAP"),
}
SETTING_NAMES = {
    "rest": gettext_lazy("I hvile"),
    "activity": gettext_lazy("I aktivitet"),
    "night": gettext_lazy("Om natta"),
    "hours": gettext_lazy("Timer i døgnet"),
    "ipap": gettext_lazy("IPAP"),
    "epap": gettext_lazy("EPAP"),
    "rate": gettext_lazy("Frekvens"),
    "oxygen": gettext_lazy("Oksygen"),
    "pressure": gettext_lazy("Trykk"),
}
UNITS = {
    "l/min": gettext_lazy("l/min"),
    "h": gettext_lazy("t"),
    "cmH2O": "cmH₂O",
    "/min": gettext_lazy("/min"),
}


def stage_of(row: Any) -> str:
    """How far a request has come, for `STAGES`: what had a time is called off and not declined."""
    return "called-off" if row.stage == "declined" and row.slot is not None else str(row.stage)


def question_told(row: Any) -> str:
    """What is asked, and what a meeting has decided of it since."""
    if not row.decided:
        return str(row.question)
    return f"{row.question}\n{_('Vedtatt i møte:')} {row.decided}"


def setting_told(kind: str, settings: Mapping[str, float]) -> str:
    """«I hvile 1,5 l/min, timer i døgnet 16 t»."""
    parts: list[str] = []
    for one in SETTINGS[Kind(kind)]:
        value = settings.get(one.name)
        if value is not None:
            name = str(SETTING_NAMES[one.name])
            name = name if name.isupper() or not parts else name[:1].lower() + name[1:]
            parts.append(f"{name} {number(value, one.decimals)} {UNITS[one.unit]}")
    return ", ".join(parts)


def setting_short(kind: str, settings: Mapping[str, float]) -> str:
    """«1,5 l/min», «18/8»: what stands in a bar on the trend."""
    if kind == Kind.NIV:
        return f"{number(settings['ipap'])}/{number(settings['epap'])}"
    first = SETTINGS[Kind(kind)][0]
    return f"{number(settings[first.name], first.decimals)} {UNITS[first.unit]}"


def time_told(slot: Any, zone: str) -> str:
    """«torsdag 19. november kl. 10:30, oppmøte»."""
    local = slot.starts_at.astimezone(ZoneInfo(zone))
    how = str(SLOT_HOWS[slot.how]).lower()
    return _("%(day)s kl. %(time)s, %(how)s") % {
        "day": long_date(local.date()), "time": clock_time(slot.starts_at, zone), "how": how,
    }  # fmt: skip


def given_told(row: Any, slot: Any, zone: str) -> str:
    """The answer that says the time."""
    words = {"time": time_told(slot, zone), "where": row.to.name}
    return _("Time %(time)s, %(where)s") % words


def who_asked(row: Any) -> str:
    if row.asked_by is None:
        return str(SOURCES[row.source])
    if row.source == "meeting":
        return _("møtet, ført av %(who)s") % {"who": row.asked_by.name}
    return str(row.asked_by.name)


def refused(code: str) -> str:
    """Why nothing came of it; what was typed stands in the form again."""
    return {
        "words": _("Skriv det med ord. Ingenting er lagret."),
        "long": _("Teksten er for lang. Kort den ned. Ingenting er lagret."),
        "open": _("Det er alt spurt om dette, og svaret venter. Ingenting nytt er sendt."),
        "whom": _("Den du spør, kan ikke svare på dette for denne pasienten. Ingenting er sendt."),
        "dead": _("Pasienten er registrert som død. Ingenting er sendt."),
        "taken": _("Tida er ikke ledig lenger. Velg en annen. Ingenting er lagret."),
        "day": _("Møtet kan startes fra dagen før. Ingenting er lagret."),
        "due": _("Velg en dag i det neste året. Ingenting er lagret."),
        "early": _("Møtet er for langt fram. Lista åpner seks uker før. Ingenting er lagret."),
        "absent": _("Velg en lege som behandler pasienten og er ført som til stede i møtet. "
                    "Ingenting er lagret."),
        "past": _("Tidspunktet passer ikke: se over datoen. Ingenting er lagret."),
        "consent": _("Pasienten har sagt nei til deling med andre. Ingenting er sendt."),
        "gone": _("En annen har alt endret dette. Se over hva som står nå. Ingenting er lagret."),
        "ground": _("Dere ser pasienten bare for en tid, og kan ikke dele videre. Be dem som "
                    "følger pasienten, om det. Ingenting er lagret."),
        "kind": _("Velg hva som er stilt inn. Ingenting er lagret."),
        "lacks": _("Fyll ut tallene som må være med. Ingenting er lagret."),
        "number": _("Et av tallene kan ikke stilles inn på slikt utstyr. Ingenting er lagret."),
        "order": _("IPAP må være høyere enn EPAP. Ingenting er lagret."),
        "sure": _("Et av tallene er uvanlig høyt. Stemmer det, kryss av for det og lagre igjen. "
                  "Ingenting er lagret."),
        "doctor": _("Velg en lege som behandler pasienten. Ingenting er lagret."),
        "reason": _("Skriv hvorfor. Ingenting er lagret."),
        "time": _("Tidspunktet kan ikke være etter nå eller før forrige innstilling. "
                  "Ingenting er lagret."),
        "listed": _("Pasienten står alt på lista til møtet. Ingenting nytt er lagt til."),
        "when": _("Velg et tidspunkt fram i tid som ikke er brukt. Ingenting er lagret."),
        "empty": _("Skriv først hva dere ble enige om, eller velg «Ingen endring»."),
        "said": _("Noe er vedtatt på det ordet, eller ført av den personen. Stryk det først. "
                  "Ingenting er endret."),
        "seen": _("Noe ble endret mens du så på. Se over notatene på nytt. Ingenting er sendt."),
        "what": _("Velg hva vedtaket gjelder. Ingenting er lagret."),
    }.get(code, _("Ingenting er lagret. Se over det du skrev."))  # fmt: skip


def on_day(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).date().isoformat()
