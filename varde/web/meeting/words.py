"""Words of the meeting and of what it decides."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

DECISIONS = {
    "medication": gettext_lazy("Medisin"),
    "limits": gettext_lazy("Grenser"),
    "plan": gettext_lazy("Plan"),
    "appointment": gettext_lazy("Framskyndet time"),
    "oxygen": gettext_lazy("Oksygen"),
    "ask-gp": gettext_lazy("Spør fastlegen"),
    "control": gettext_lazy("Rutinekontroll"),
    "stay": gettext_lazy("Ingen endring"),
}
WHYS = {
    "question": gettext_lazy("spørsmål"),
    "rule": gettext_lazy("gul lenge"),
    "last-time": gettext_lazy("fra forrige gang"),
}
MEETING_STAGES = {
    "convened": gettext_lazy("innkalt"),
    "running": gettext_lazy("pågår"),
    "ended": gettext_lazy("avsluttet"),
    "called-off": gettext_lazy("avlyst"),
}
CASE_STAGES = {
    "waiting": gettext_lazy("venter"),
    "done": gettext_lazy("ferdig"),
    "next-time": gettext_lazy("til neste gang"),
}
