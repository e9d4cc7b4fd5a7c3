"""Who, when and why, in words: the steps of an order, what holds, what has held, suggestions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from varde.core.ordering import ENTERED, Stage
from varde.core.quantities import BY_NAME
from varde.core.thresholds import Limits
from varde.core.usual import FIRST_DAYS, LEAST_DAYS
from varde.triage.ordered import orders
from varde.triage.ordered_rules import rules_in_force
from varde.triage.thresholds import in_force, limits_of
from varde.triage.trying import Suggestion
from varde.web.ordering.form import Group
from varde.web.record.grounds import HOWS, ORDER, changed, in_words, on_whose_word
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import bound, number, short_date, when
from varde.web.texts.rules import rule_told


def refusals() -> dict[str, str]:
    """What a refused step says: what happened, what was kept, what to do."""
    return {
        "gone": _("En annen har endret dette i mellomtiden. Ingenting av ditt er lagret. Se over "
                  "det som står her nå."),
        "same": _("Ingen av grensene er endret. Ingenting er lagret."),
        "empty": _("En måling står uten grenser. Skriv minst én. Ingenting er lagret."),
        "rule": _("Regelen finnes ikke i pasientens program, eller tallene går ikke sammen. "
                  "Ingenting er lagret."),
        "reason": _("Skriv hvorfor, med noen ord. Ingenting er lagret ennå."),
        "doctor": _("Velg en lege som har pasienten. Ingenting er lagret ennå."),
        "how": _("Fyll ut hvordan og når legen ordinerte. Ingenting er lagret ennå."),
        "time": _("Ordren er fra et tidspunkt som ikke har vært ennå. Ingenting er lagret."),
        "own": _("Den som førte inn, kan ikke kontrollere. En annen må gjøre det."),
        "old": _("Ordren er over 30 dager gammel. Be legen om en ny. Ingenting er lagret ennå."),
        "others": _("Den som førte inn, kan trekke det. Andre sender det tilbake med hvorfor."),
        "untried": _("Se først hva disse grensene ville gitt på pasientens egne dager. Trykk så en "
                     "gang til. Ingenting er lagret ennå."),
        "unread": _("Noen av tallene kan ikke leses. Ingenting er lagret ennå."),
    }  # fmt: skip


@dataclass(frozen=True)
class Step:
    title: str
    text: str
    said: str = ""
    state: str = "later"  # done, now, later


def steps(order: Any, zone: str, at: datetime) -> list[Step]:
    """From draft to limits that hold; each done step with who and when."""
    if order is None:
        return []
    ordered = order.ordered_by is not None
    emergency = order.stage == Stage.EMERGENCY
    verifying = order.stage in ENTERED
    made = [Step(_("Utkast"), _by(order.drafted_by, order.drafted_at, zone, at), state="done")]
    if order.refused_at is not None and not verifying:
        text = _by(order.refused_by, order.refused_at, zone, at)
        made.append(Step(_("Sendt tilbake"), text, order.refused_why, "done"))
    if order.asked is not None and not verifying:
        text = _by(order.asked, order.asked_at, zone, at)
        made.append(Step(_("Legen er spurt"), text, state="done"))
    if verifying and ordered:
        how = HOWS[order.how]
        text = f"{_by(order.ordered_by, order.ordered_at, zone, at)}. {how}"
        made.append(Step(_("Ordinert"), text, order.said, "done"))
        made.append(Step(_("Ført inn"), _by(order.entered_by, order.entered_at, zone, at),
                         state="done"))  # fmt: skip
        if emergency:
            made.append(Step(_("Gjelder som telefonordre"), "", state="done"))
        made.append(Step(_("Kontrolleres av en annen"), "", state="now"))
        if emergency:
            return made
    else:
        made.append(Step(_("Ordineres av lege"), "", state="now"))
    made.append(Step(_("Gjelder"), _("Fra neste innsending. Til da gjelder de gamle grensene.")))
    return made


def _by(person: Any, then: datetime | None, zone: str, at: datetime) -> str:
    if person is None or then is None:
        return ""
    return f"{person.name}, {when(then, at, zone)}"


def holding(
    patient: UUID, groups: Sequence[Group], zone: str, at: datetime
) -> list[dict[str, Any]]:
    """What holds for each kind, and the rules by order, since when, and on whose word."""
    now, ruled = in_force(patient, at=at), rules_in_force(patient, at=at)
    told = [(name.partition(":")[0], name.partition(":")[2].strip(), row)
            for name, row in ((rule_told(one), row) for one, row in ruled.items())]  # fmt: skip
    return [
        {
            "name": group.name,
            "limits": in_words(limits_of(now[group.kind])),
            "ground": on_whose_word(now[group.kind]),
            "since": short_date(now[group.kind].period.lower.astimezone(ZoneInfo(zone)).date()),
        }
        for group in groups
        if group.kind in now
    ] + [
        {
            "name": name,
            "limits": text,
            "ground": on_whose_word(row),
            "since": short_date(row.period.lower.astimezone(ZoneInfo(zone)).date()),
        }
        for name, text, row in told
    ]


def history(patient: UUID, zone: str, at: datetime) -> list[dict[str, Any]]:
    """Every order that came into force: what, who, when and why."""
    return [
        {
            "at": when(order.ended_at, at, zone) if order.ended_at else "",
            "limits": changed(order),
            "who": on_whose_word(order),
            "how": HOWS[order.how],
            "fate": "" if order.stage == Stage.IN_FORCE else _("Kom ikke i kraft."),
            "refused": order.refused_why,
            "said": order.said,
            "reason": order.reason,
        }
        for order in orders(patient)
    ]


def suggested(found: Mapping[str, Suggestion], held: Mapping[str, Limits]) -> list[dict[str, Any]]:
    """What would follow from the trial's days, with the arithmetic; where it differs."""
    told: list[dict[str, Any]] = []
    for kind, one in found.items():
        base = one.found
        words = {
            "median": bound(base.median),
            "spread": number(base.spread, BY_NAME[kind].decimals),
            "days": base.days,
            "of": FIRST_DAYS,
            "least": LEAST_DAYS,
        }
        text = _("Midterste verdi %(median)s, spredning %(spread)s, målt %(days)s av %(of)s dager.")
        if one.limits is None:
            short = _("Under %(least)s dager gir ikke noe forslag.")
            told.append({"name": KIND_TEXTS[kind].short, "text": f"{text} {short}" % words,
                         "limits": "", "fields": ""})  # fmt: skip
        elif one.limits != held.get(kind):
            fields = {
                f"{kind}.{side}": bound(value)
                for side in ORDER
                if (value := getattr(one.limits, side)) is not None
            }
            told.append({"name": KIND_TEXTS[kind].short, "text": text % words,
                         "limits": in_words(one.limits), "fields": fields})  # fmt: skip
    return told
