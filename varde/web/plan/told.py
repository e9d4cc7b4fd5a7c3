"""What stands around a plan in words: refusals, who has it, what it is made from, what differs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from varde.audit.queries import first_openings
from varde.core.plan import Lack
from varde.core.plan_look import Look, kept_limits
from varde.core.thresholds import Limits
from varde.people import sharing
from varde.people.queries import names
from varde.plan import queries
from varde.web.plan.shown import name_of
from varde.web.plan.words import PLAN_STAGES, TREATS
from varde.web.record.grounds import in_words, rule_line
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import day_month, full_date, short_date, when
from varde.web.texts.statuses import ROLES, ZONE_WORDS
from varde.web.texts.words import value_of


def refusals() -> dict[str, str]:
    return {
        "gone": _("Noen andre har gått videre med planen. Her er den slik den er nå."),
        "changed": _("Noen andre har endret utkastet etter at du åpnet det. Se det igjen først."),
        "inputs": _("Det er kommet noe nytt til planen etter at du åpnet siden. Her er det. "
                    "Ingenting er godkjent."),
        "limits": _("Grensene, eller det som er vanlig, er endret etter at du åpnet siden. "
                    "Se planen igjen, og godkjenn den slik den er nå."),
        "drafter": _("Programmet sier at andre lager utkast til planen."),
        "doctor": _("Bare ansvarlig lege, eller stedfortrederen, kan godkjenne planen."),
        "nobody": _("Pasienten har ingen ansvarlig lege som er på jobb, og ingen stedfortreder. "
                    "Utkastet er lagret. Be koordinatoren finne en lege."),
        "lacks": _("Noe mangler i utkastet. Se lista, fyll inn og prøv igjen."),
        "reason": _("Skriv hvorfor."),
        "unread": _("Noe av det du skrev, kunne ikke leses."),
        "none": _("Det finnes ingen mal for planen i pasientens programmer."),
        "plan": _("Planen er en annen nå enn den du så. Her er den slik den er nå."),
        "whom": _("Velg hvem som fikk opplæringen."),
        "medication": _("Denne medisinen står ikke i planen."),
        "day": _("Velg en dag i de siste 14 dagene."),
    }  # fmt: skip


def approved_said(patient: UUID) -> str:
    """That it is in force, and who has it."""
    if sharing.refuses(patient):
        return _(
            "Planen er godkjent og gjelder fra nå. Pasienten har sagt nei til deling: bare "
            "oppfølgingstjenesten har fått den."
        )
    return _("Planen er godkjent og gjelder fra nå. Alle som behandler pasienten, har den.")


CAME = {  # what has come since the plan was approved
    "patient": _lazy("Pasienten har skrevet noe nytt om hva som er viktig"),
    "talk": _lazy("Det er holdt en ny målsamtale"),
    "discharge": _lazy("Det er kommet en epikrise"),
    "meeting": _lazy("Noe om medisin eller plan er bestemt i et møte"),
}


def look_told(found: Look, row: Any) -> list[str]:
    """What holds now that was otherwise when the plan was approved."""
    then, told = kept_limits(row.limits), []
    for kind, now in found.limits.items():
        words = {
            "kind": KIND_TEXTS[kind].short,
            "then": in_words(then.get(kind, Limits())) or _("ingen"),
            "now": in_words(now) if now is not None else _("ingen"),
        }
        told.append(_("%(kind)s: %(now)s nå, %(then)s da planen ble godkjent") % words)
    for kind, value in found.usual.items():
        was = row.usual.get(kind)
        words = {
            "kind": KIND_TEXTS[kind].short,
            "then": value_of(kind, was) if was is not None else _("ikke kjent"),
            "now": value_of(kind, value) if value is not None else _("ikke kjent"),
        }
        told.append(_("Vanlig %(kind)s: %(now)s nå, %(then)s da planen ble godkjent") % words)
    told += [rule_line(name, wanted) for name, wanted in found.rules.items()]
    told += [_("%(kind)s vurderes ellers annerledes nå enn da planen ble godkjent: se sonene")
             % {"kind": KIND_TEXTS[kind].short} for kind in found.beside]  # fmt: skip
    told += [str(CAME[kind]) for kind, _newest in found.inputs]
    for key, new in found.programmes.items():
        said = (
            _("%(name)s står ikke i planen")
            if new
            else _("%(name)s er avsluttet, og står i planen")
        )
        told.append(said % {"name": name_of(key)})
    return told


def copies_told(held: Any, zone: str, at: datetime) -> list[dict[str, str]]:
    """Who has the version in force, and when it was first opened there."""
    opened = first_openings(held.patient_id, since=held.approved_at, what=queries.SHOWS_IT)
    who = names({row.person_id for row in opened.values() if row.person_id})
    told = []
    for row in queries.copies(held.id):
        if row.ended_at is not None:
            continue
        seen = opened.get(row.organisation_id)
        told.append(
            {
                "name": row.organisation.name,
                "ground": str(TREATS.get(row.ground, "")),
                "opened": when(seen.at, at, zone) if seen is not None else "",
                "by": who.get(seen.person_id, "") if seen is not None and seen.person_id else "",
            }
        )
    return told


def courses_told(patient: UUID, zone: str, at: datetime) -> list[dict[str, Any]]:
    """What was started, the newest first, and what was said by mistake."""
    rows = [*queries.courses(patient), *queries.struck(patient)]
    return [
        {
            "id": row.id,
            "drug": row.drug,
            "on": short_date(row.started_on),
            "number": row.number,
            "struck": row.struck_at is not None,
            "by": row.by.name if row.struck_at is None else row.struck_by.name,
            "at": when(row.struck_at or row.at, at, zone),
        }
        for row in sorted(rows, key=lambda one: one.at, reverse=True)
    ]


def inputs_told(
    rows: Sequence[Any], zone: str, at: datetime, draft: Any = None
) -> list[dict[str, Any]]:
    """The patient's newest words, every summary and what meetings decided; `new`: came after the
    draft was written."""
    own = next((row for row in rows if row.kind == "patient"), None)
    talk = next((row for row in rows if row.kind == "talk"), None)
    kept = [row for row in rows if row.kind in ("discharge", "meeting") or row in (own, talk)]
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "new": draft is not None and row.at > (draft.read_until or draft.edited_at),
            "goals": row.goals,
            "needs": row.needs,
            "text": row.text,
            "of": row.of,
            "dated": full_date(row.dated) if row.dated else "",
            "by": row.by.name,
            "role": ROLES.get(row.role, ""),
            "at": when(row.at, at, zone),
        }
        for row in kept
    ]


def versions_told(rows: Sequence[Any], zone: str) -> list[dict[str, Any]]:
    local, told = ZoneInfo(zone), []
    for row in rows:
        approved, ended = row.approved_at, row.ended_at
        day = approved.astimezone(local).date()
        told.append(
            {
                "version": row.version,
                "stage": PLAN_STAGES[row.stage],
                "by": row.approved_by.name,
                "on": f"{day_month(day)} {day.year}",
                "ended": full_date(ended.astimezone(local).date()) if ended else "",
                "why": row.ended_why,
            }
        )
    return told


def agreed_told(plan: UUID, zone: str, at: datetime) -> str:
    """What the patient has said of a version."""
    one = queries.agreement(plan)
    if one is None:
        return _("Pasienten har ikke sagt seg enig ennå.")
    words = {"on": when(one.at, at, zone), "text": one.text}
    if one.agrees:
        return _("Pasienten sa seg enig %(on)s.") % words
    return _("Pasienten vil snakke om planen, %(on)s: «%(text)s»") % words


def lack_told(lack: Lack) -> str:
    """What must be filled in before the plan is approved, and where."""
    told = {
        "matters": lambda: _("Hva som er viktig for pasienten, eller et mål"),
        "do": lambda: _("Noe å gjøre"),
        "drug": lambda: _("Navn på en medisin"),
        "dose": lambda: _("%(drug)s: dose") % {"drug": lack.drug or _("Medisin uten navn")},
        "use": lambda: (
            _("%(drug)s har et antall kurer, og er ikke startpakke: velg startpakke")
            % {"drug": lack.drug or _("Medisin uten navn")}
        ),
        "course": lambda: (
            _("%(drug)s: hvor lenge, og hvor mange kurer")
            % {"drug": lack.drug or _("Medisin uten navn")}
        ),
    }[lack.code]()
    programme = name_of(lack.programme) if lack.programme else ""
    zone = str(ZONE_WORDS[lack.zone]) if lack.zone else ""
    where = ", ".join(part for part in (programme, zone) if part)
    return f"{told} ({where})" if where else told


def lacks_told(found: Iterable[Lack]) -> list[str]:
    """The same of each, as `core.plan.lacking` says it."""
    return [lack_told(one) for one in found]
