"""The editor's form: a draft as fields, and fields as a draft. What is typed is kept as it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from varde.base.rows import new_id
from varde.core.plan import (
    LONGEST,
    LONGEST_TEXT,
    MOST_GOALS,
    MOST_LINES,
    MOST_MEDICATIONS,
    ZONES,
    Area,
    Content,
    Lack,
    Leave,
    Medication,
    Section,
    Use,
    ZonePlan,
    lacking,
)
from varde.plan.writing import LATEST_REVIEW
from varde.web.plan.shown import name_of
from varde.web.plan.words import LEAVES, USES
from varde.web.texts.plan import AREAS, PLAN_ZONES

NUMBERS = {"days": 365, "most": 52, "period_days": 1095}
KEPT = re.compile(r"[0-9a-z-]{1,40}")
NEW = "new"  # the beginning of the id of a row that is not kept yet


class Typed:
    """What the form was sent with: the content, and what in it cannot be kept."""

    def __init__(self, post: Any, today: date) -> None:
        self.post, self.today = post, today
        self.errors: list[str] = []
        self.review_on = self._date("review_on")
        self.content = self._content()

    def _text(self, name: str, most: int = LONGEST_TEXT) -> str:
        text: str = self.post.get(name, "").replace("\0", "").replace("\r\n", "\n").strip()
        if len(text) > most:
            self.errors.append(_("For langt: «%(text)s …»") % {"text": text[:40]})
        return text

    def _lines(self, name: str, most: int = MOST_LINES) -> tuple[str, ...]:
        text = self.post.get(name, "").replace("\0", "")
        lines = tuple(line.strip() for line in text.splitlines() if line.strip())
        self.errors += [
            _("For langt: «%(text)s …»") % {"text": line[:40]}
            for line in lines
            if len(line) > LONGEST
        ]
        if len(lines) > most:
            words = {"n": most, "text": lines[most][:40]}
            self.errors.append(
                _("Høyst %(n)s linjer i hvert felt. «%(text)s» er en for mye") % words
            )
        return lines

    def _date(self, name: str) -> date | None:
        text = self.post.get(name, "").strip()
        try:
            found = date.fromisoformat(text) if text else None
            if found is not None and not 0 <= (found - self.today).days <= LATEST_REVIEW.days:
                raise ValueError
            return found
        except ValueError:
            self.errors.append(
                _("«%(text)s» er ingen dag i de neste tre årene") % {"text": text[:20]}
            )
            return None

    def _content(self) -> Content:
        found = [key.replace("\0", "") for key in self.post.getlist("section")]
        keys = list(dict.fromkeys(key for key in found if key))[:8]
        return Content(
            matters=self._text("matters"),
            goals=self._lines("goals", MOST_GOALS),
            sections=tuple(self._section(key) for key in keys),
        )

    def _section(self, key: str) -> Section:
        return Section(key[:40], **{zone: self._zone(f"{key}.{zone}") for zone in ZONES})

    def _zone(self, at: str) -> ZonePlan:
        found = [self._medication(f"{at}.m.{row}", row) for row in self.post.getlist(f"{at}.m")]
        kept = tuple(one for one in found if one is not None)
        if len(kept) > MOST_MEDICATIONS:
            self.errors.append(_("Høyst %(n)s medisiner i hver sone") % {"n": MOST_MEDICATIONS})
        areas = {area: self._lines(f"{at}.{area}") for area in Area}
        return ZonePlan(
            feels=self._lines(f"{at}.feels"),
            do={area: lines for area, lines in areas.items() if lines},
            medications=kept,
            call=self._text(f"{at}.call"),
        )

    def _medication(self, at: str, row: str) -> Medication | None:
        """None for a row without a name: it was never filled in, or is taken away."""
        drug, dose = self._text(f"{at}.drug", LONGEST), self._text(f"{at}.dose", LONGEST)
        if not drug:
            if dose:
                self.errors.append(_("En dose uten medisin: «%(text)s»") % {"text": dose[:40]})
            return None
        kept = row if not row.startswith(NEW) and KEPT.fullmatch(row) else new_id().hex[-12:]
        numbers = {name: self._number(f"{at}.{name}", top) for name, top in NUMBERS.items()}
        use = _one_of(Use, self.post.get(f"{at}.use"), Use.AS_NEEDED)
        leave = _one_of(Leave, self.post.get(f"{at}.leave"), Leave.ASK)
        return Medication(
            id=kept,
            use=use,
            drug=drug,
            dose=dose,
            leave=Leave.ALONE if use is Use.REGULAR else leave,  # it is taken every day
            **numbers,
        )

    def _number(self, name: str, top: int) -> int | None:
        text = self.post.get(name, "").strip()
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= top:
            return int(text)
        words = {"text": text[:20], "top": top}
        self.errors.append(_("«%(text)s» er ikke et helt tall fra 1 til %(top)s") % words)
        return None


def _one_of(kind: Any, text: str | None, otherwise: Any) -> Any:
    return kind(text) if text in {str(one) for one in kind} else otherwise


FIELD_OF = {"drug": ("drug",), "dose": ("dose",), "course": tuple(NUMBERS), "use": ("use",)}


def field_of(lack: Lack) -> str:
    """Where in the form a lack is filled in; "" where no field is it."""
    at = f"{lack.programme}.{lack.zone}"
    if lack.code in FIELD_OF:
        return f"{at}.m.{lack.medication}.{FIELD_OF[lack.code][0]}"
    return "matters" if lack.code == "matters" else f"{at}.{Area.ACTIVITY}" if lack.zone else ""


def fields(content: Content, post: Any = None) -> dict[str, Any]:
    """The draft as the form shows it; numbers as they were typed where they could not be read."""
    lacks: Lacks = {}
    for one in lacking(content):
        names = lacks.setdefault((one.zone, one.medication), set())
        names.update(FIELD_OF.get(one.code, ()))
    return {
        "matters": content.matters,
        "goals": "\n".join(content.goals),
        "sections": [
            {
                "key": section.programme,
                "name": name_of(section.programme),
                "zones": [_zone_fields(section, zone, post, lacks) for zone in ZONES],
            }
            for section in content.sections
        ],
        "uses": [(str(use), USES[use]) for use in Use],
        "leaves": [(str(leave), LEAVES[leave]) for leave in Leave],
    }


Lacks = dict[tuple[str, str], set[str]]  # of a zone's medication: the fields to fill in


def _zone_fields(section: Section, zone: str, post: Any, lacks: Lacks) -> dict[str, Any]:
    held, at = section.zone(zone), f"{section.programme}.{zone}"
    rows = _rows(held.medications, at) if post is None else _typed_rows(at, post)
    for row in rows:  # a number that is there is not what lacks
        row["lacks"] = {name for name in lacks.get((zone, row["id"]), ()) if
                        name == "use" or not str(row[name]).strip()}  # fmt: skip
    return {
        "zone": zone,
        "title": PLAN_ZONES[zone],
        "at": at,
        "feels": "\n".join(held.feels),
        "areas": [
            {"name": f"{at}.{area}", "label": AREAS[area], "text": "\n".join(held.do.get(area, ()))}
            for area in Area
        ],
        "call": held.call,
        "medications": rows,
    }


def _rows(medications: Sequence[Medication], at: str) -> list[dict[str, Any]]:
    found = [
        {
            "id": one.id,
            "at": f"{at}.m.{one.id}",
            "drug": one.drug,
            "dose": one.dose,
            "use": str(one.use),
            "leave": str(one.leave),
            **{name: getattr(one, name) or "" for name in NUMBERS},
        }
        for one in medications
    ]
    return [*found, _empty(at, len(found))]


def _typed_rows(at: str, post: Any) -> list[dict[str, Any]]:
    """The rows as they were sent, whatever could be read of them."""
    named = ("drug", "dose", "use", "leave", *NUMBERS)
    rows = []
    for row in list(dict.fromkeys(post.getlist(f"{at}.m")))[:40]:
        sent = {name: post.get(f"{at}.m.{row}.{name}", "") for name in named}
        rows.append({"id": row, "at": f"{at}.m.{row}", **sent})
    if not any(not row["drug"] and not row["dose"] for row in rows):
        used = {row["id"] for row in rows}
        rows.append(_empty(at, next(n for n in range(len(rows) + 1) if f"{NEW}{n}" not in used)))
    return rows


def _empty(at: str, n: int) -> dict[str, Any]:
    return {"id": f"{NEW}{n}", "at": f"{at}.m.{NEW}{n}", "use": "as-needed", "leave": "ask"}
