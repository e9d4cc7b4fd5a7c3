"""Work: what waits on a row beside the values: messages, missing reports, tasks, orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from varde.triage.tasks import NotThisTask
from varde.triage.worklist import PUT
from varde.web.care.words import STAGES, WHATS
from varde.web.plan.words import started_told
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import short_date
from varde.web.texts.sentences import with_doubt
from varde.web.texts.statuses import ASKED, MANNERS, TASKS


def work_text(reason: Any, zone: str) -> str:
    """One reason in words: what waits, and what somebody wrote; "" where the values say it all."""
    about = reason.about
    say = {
        "message": lambda: _("Ulest melding: «%(text)s»") % {"text": about.get("excerpt", "")},
        "comment": lambda: _comment(about),
        "report": lambda: _reported(about, zone),
        "note": lambda: _note(about),
        "missing": lambda: _missing(about),
        "task": lambda: _task(about, zone),
        "unjudged": lambda: (
            _("Kunne ikke vurderes: %(what)s") % {"what": _parts(about.get("subjects", []))}
        ),
        "unsent": lambda: (
            _("Meldingen kunne ikke sendes. Ring, eller skriv den på nytt: «%(text)s»")
            % {"text": about.get("excerpt", "")}
        ),
        "outside": lambda: _("Utenfor programmet: %(what)s") % {"what": _outside(about)},
        "restated": lambda: _("Varde fant dette på nytt. Se over pasienten."),
        "refused": lambda: _refused(about),
        "taken-back": lambda: _taken_back(about),
        "limits": lambda: _to_verify(about),
        "answer": lambda: _answer(about),
        "unanswered": lambda: _unanswered(about),
        "asked-for": lambda: _asked_for(about),
        "request-answer": lambda: _request_answer(about),
        "visit": lambda: (
            _("Besøk, %(who)s: «%(text)s»")
            % {"who": about.get("author", ""), "text": about.get("excerpt", "")}
        ),
        "limits-refused": lambda: (
            _("Nye grenser ble sendt tilbake: «%(why)s»") % {"why": about.get("why", "")}
        ),
    }.get(reason.kind)
    return say() if say else ""


def _reported(about: dict[str, Any], zone: str) -> str:
    """What the values do not say: that they are being measured again, and what was written."""
    told = []
    if about.get("control"):
        until = datetime.fromisoformat(about["control"]).astimezone(ZoneInfo(zone))
        told.append(_("Bedt om ny måling, til kl. %(time)s") % {"time": f"{until:%H:%M}"})
    if about.get("again"):
        values = [f"{KIND_TEXTS[kind].short} {with_doubt(kind, value)}"
                  for kind, value in about["again"].items()]  # fmt: skip
        told.append(_("Målte igjen: %(what)s") % {"what": ", ".join(values)})
    said = [str(MANNERS[key]) for key in about.get("technique", ()) if key in MANNERS]
    if said:
        told.append(_("Om første gang: «%(what)s»") % {"what": ". ".join(said)})
    if about.get("comment"):
        told.append(_comment(about))
    return " · ".join(told)


def _to_verify(about: dict[str, Any]) -> str:
    if about.get("emergency"):
        return _("Telefonordre om grenser gjelder, og skal kontrolleres av en annen før stengetid")
    return _("Nye grenser skal kontrolleres av en annen enn den som førte inn")


def _comment(about: dict[str, Any]) -> str:
    if not about.get("comment"):
        return _("Pasienten har skrevet noe")
    return _("Pasienten skrev: «%(text)s»") % {"text": about["comment"]}


def _note(about: dict[str, Any]) -> str:
    who = _("Ulest notat fra %(who)s") % {"who": about.get("author", "")}
    return f"{who}: «{about['excerpt']}»" if about.get("excerpt") else who


def _answer(about: dict[str, Any]) -> str:
    words = {"who": about.get("author", ""), "text": about.get("excerpt", "")}
    return _("Svar fra %(who)s: «%(text)s»") % words


def not_done(no: NotThisTask, otherwise: str) -> str:
    """Why a task was not ticked off or moved."""
    if no.code == "red":
        return _("Den er rød, og lukkes på lista, fra pasienten. Ingenting er endret.")
    if no.code == "act":
        return _("Den er gjort når det den ber om, er gjort. Ingenting er endret.")
    return otherwise


def _asked_for(about: dict[str, Any]) -> str:
    """What the patient asks another for, or does no more; what another asks the service, or asks
    no more."""
    words = {"what": str(WHATS.get(about.get("what", ""), "")).lower(),
             "text": about.get("excerpt", ""), "who": about.get("author", "")}  # fmt: skip
    if about.get("stage") == PUT:
        return (
            _(
                "%(who)s spør oppfølgingstjenesten: «%(text)s». Svar under Poliklinikk, team og "
                "møter på pasientsiden"
            )
            % words
        )
    if about.get("stage") == "off-list":
        return _("%(who)s tok pasienten av lista til møtet: «%(text)s»") % words
    if about.get("stage") == "withdrawn":
        return _("Pasienten trenger ikke lenger %(what)s") % words
    if about.get("stage") == "cannot":
        return _("Pasienten kan ikke komme til timen og venter på en ny: «%(text)s»") % words
    return _("Pasienten ber om %(what)s: «%(text)s»") % words


def _request_answer(about: dict[str, Any]) -> str:
    words = {"who": about.get("author", ""), "text": about.get("excerpt", ""),
             "what": WHATS.get(about.get("what", ""), ""),
             "stage": STAGES.get(about.get("stage", ""), "")}  # fmt: skip
    if about.get("stage") == "missed":
        return _("Pasienten møtte ikke til timen. Ring")
    return _("%(what)s: %(stage)s, %(who)s: «%(text)s»") % words


def _unanswered(about: dict[str, Any]) -> str:
    """Who did not answer, and what comes of it."""
    asked = {key: str(ASKED.get(about.get(key, ""), "")) for key in ("rung", "next")}
    words = {"who": asked["rung"], "next": asked["next"]}
    if about.get("next") and about.get("told"):
        return _("%(who)s har ikke svart. %(next)s er spurt nå") % words
    if about.get("next"):
        return _("%(who)s har ikke svart. Neste: %(next)s. Spør selv") % words
    if not about.get("ill"):
        return _("%(who)s har ikke svart. Pasienten er ikke gul eller rød nå") % words
    return _("%(who)s har ikke svart, og ingen flere står for tur. Ring 116 117 eller 113 "
             "om det haster") % words  # fmt: skip


def _taken_back(about: dict[str, Any]) -> str:
    """«Gateway Nord har trukket tilbake SpO₂ 85 %», «… har rettet SpO₂ 85 % til SpO₂ 95 %»."""
    was, now = (
        ", ".join(f"{KIND_TEXTS[kind].short} {with_doubt(kind, value)}" for kind, value in values)
        for values in (about.get("was", []), about.get("now", []))
    )
    words = {"sender": about.get("sender", ""), "was": was, "now": now}
    if now:
        return _("%(sender)s har rettet %(was)s til %(now)s") % words
    return _("%(sender)s har trukket tilbake %(was)s") % words


def _missing(about: dict[str, Any]) -> str:
    told = _lacking(about)
    last = {"red": _("Det siste var rødt"), "yellow": _("Det siste var gult")}.get(
        about.get("last", "")
    )
    return f"{told}. {last}" if last else told


def _lacking(about: dict[str, Any]) -> str:
    day = short_date(date.fromisoformat(about["day"]))
    if about.get("came"):
        return _("Delvis rapportert %(day)s, mangler %(what)s") % {
            "day": day,
            "what": _parts(about["lacks"]),
        }
    whole = len(about["lacks"]) > 2 and "came" in about
    what = _("hele rapporten") if whole else _parts(about["lacks"])
    return _("Ikke rapportert %(day)s: %(what)s") % {"day": day, "what": what}


_WRONG: Sequence[tuple[str, Any]] = (
    ("subject", gettext_lazy("hvem det gjelder")),
    ("identifier", gettext_lazy("nummeret på målingen")),
    ("Quantity.code", gettext_lazy("enhet")),
    ("Quantity.value", gettext_lazy("verdi")),
    ("effective", gettext_lazy("tidspunkt")),
    ("component", gettext_lazy("delene av målingen")),
    ("code", gettext_lazy("hva som er målt")),
    ("status", gettext_lazy("status")),
    ("request", gettext_lazy("måten den ble sendt på")),
)


def _refused(about: dict[str, Any]) -> str:
    """«Måling fra gateway kunne ikke leses: enhet» (decisions 3.7)."""
    path = about.get("path", "")
    what = next((word for part, word in _WRONG if part in path), _("formatet"))
    if about.get("why") == "conflict":
        what = _("samme måling med annet innhold")
    words = {"sender": about.get("sender", ""), "what": what}
    return _("Måling fra %(sender)s kunne ikke leses: %(what)s") % words


def _outside(about: dict[str, Any]) -> str:
    """«Temperatur 38,9 °C»: the value itself, since no colour says how bad it is."""
    subjects, value = about.get("subjects", []), about.get("value")
    if not subjects or value is None:
        return _parts(subjects)
    return f"{KIND_TEXTS[subjects[0]].short} {with_doubt(subjects[0], float(value))}"


def task_title(kind: str, title: str = "") -> str:
    """What is to be done: what somebody wrote, else what its kind is called."""
    return title or str(TASKS.get(kind, kind))


TIMED = frozenset({"call-again", "ask-gp", "put-on-meeting"})  # what somebody chose a time for


def _task(about: dict[str, Any], zone: str) -> str:
    """«Ring igjen kl. 15:30»: what, and by when where somebody chose a time."""
    kind, due = about.get("task_kind", ""), about.get("due")
    if kind == "course-started":
        return started_told(about)
    told = task_title(kind, about.get("title", ""))
    if kind == "request-unanswered":
        return f"{told}: {str(WHATS.get(about.get('what', ''), '')).lower()}, {about.get('to', '')}"
    if kind.startswith("meeting-") and about.get("title"):
        return f"{TASKS[kind]}: {told}"
    if kind.startswith(("plan-", "support-")) and about.get("excerpt"):
        return f"{told}. {about.get('author', '')}: «{about['excerpt']}»"
    if not due or kind not in TIMED:
        return told
    local = datetime.fromisoformat(due).astimezone(ZoneInfo(zone))
    return f"{told} {short_date(local.date())} {local:%H:%M}"


def _parts(parts: Sequence[str]) -> str:
    words = [str(KIND_TEXTS[part].short) if part in KIND_TEXTS else _("svarene") for part in parts]
    return ", ".join(dict.fromkeys(words))
