"""Deliveries: what came in through any door, as plain values, before it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntFlag, StrEnum
from uuid import UUID

from varde.core.quantities import DIASTOLIC, KINDS, SYSTOLIC, Kind
from varde.core.reading import SAID


class Flag(IntFlag):
    """What is known about a value beside the value; stored, so a bit is never reused."""

    CHECK = 1  # possible but implausible: «sjekk»
    CLOCK = 2  # the sender's clock was wrong; the time was corrected by its known offset
    LOW = 4  # judged yellow or red for being low, or for falling
    HIGH = 8  # judged yellow or red for being high, or for rising
    AMENDED = 16  # takes the place of an earlier version, with something added or changed
    CORRECTED = 32  # takes the place of an earlier version that was wrong
    PAIRED = 64  # systolic or diastolic of one reading of blood pressure: told as one
    REST = 128  # said to be taken at rest
    ACTIVITY = 256  # said to be taken during or after activity
    COLD_FINGER = 512  # said of how it was measured, and may make it wrong; so are those below
    TALKED = 1024
    NOT_RESTED = 2048
    MOVED = 4096
    CLOTHED = 8192


FLAG_OF = {
    said: int(Flag[said.replace("-", "_").upper()]) for said in SAID
}  # as plain numbers: to ask the flags themselves costs more
ANY_SAID = sum(FLAG_OF.values())


def said_of(flags: int) -> tuple[str, ...]:
    """What is said of how it was measured, of `core.reading.SAID`."""
    if not flags & ANY_SAID:
        return ()
    return tuple(said for said, bit in FLAG_OF.items() if flags & bit)


def flags_of(said: Iterable[str]) -> int:
    """The bits of what is said; what is not known is left out."""
    return sum(FLAG_OF[one] for one in set(said) if one in FLAG_OF)


@dataclass(slots=True)
class Incoming:
    """One value, in the kind's own unit. `id` is made from its idempotency key."""

    id: UUID
    kind: Kind
    value: float
    flags: int = 0

    @property
    def said(self) -> tuple[str, ...]:
        return said_of(self.flags)


@dataclass(slots=True)
class Delivery:
    """Values and answers of one patient that were taken together."""

    patient: UUID
    taken_at: datetime
    values: list[Incoming] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    comment: str = ""
    report_id: UUID | None = None  # made on the phone; None from machines

    def after(self, standing: UUID) -> Delivery:
        """The same content under new ids: the version that takes the place of `standing`."""
        return self.under(id_from(self.values[0].id, standing, self.digest().hex()))

    def under(self, first: UUID) -> Delivery:
        """The same content as the rows of the resource `first`."""
        ids = row_ids(first, [value.kind for value in self.values])
        values = [replace(value, id=one) for value, one in zip(self.values, ids, strict=True)]
        return replace(self, values=values)

    def digest(self) -> bytes:
        """16 bytes that are the same for the same content, whatever the order of its parts."""
        values = sorted((v.kind.code, v.value) for v in self.values)
        content = (str(self.patient), self.taken_at.isoformat(), values)
        answers = (sorted(self.answers.items()), self.comment)
        said = sorted((v.kind.code, v.flags & ANY_SAID) for v in self.values if v.said)
        whole = (content, answers, said) if said else (content, answers)
        return hashlib.blake2b(repr(whole).encode(), digest_size=16).digest()


class Taken(StrEnum):
    NEW = "new"
    DUPLICATE = "duplicate"  # the same was here already
    CONFLICT = "conflict"  # the same identifier with other content


def id_from(*key: object) -> UUID:
    """A uuid (version 8) that is the same for the same idempotency key."""
    parts = "\x1f".join(map(str, key))
    digest = bytearray(hashlib.blake2b(parts.encode(), digest_size=16).digest())
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return UUID(bytes=bytes(digest))


def row_ids(first: UUID, kinds: Sequence[Kind]) -> list[UUID]:
    """The ids of the rows of one resource: its own, then one for each further component."""
    return [first if n == 0 else id_from(first, kind.name) for n, kind in enumerate(kinds)]


def every_row_id(first: UUID) -> list[UUID]:
    """Every id that a row of the resource `first` may have, whatever it was sent with."""
    return [first, *(id_from(first, kind.name) for kind in KINDS)]


def rows_of_resource(
    first: UUID, values: Sequence[tuple[Kind, float]], flags: int = 0
) -> list[Incoming]:
    """The rows of one machine's resource: `first` is its id, and its first value's."""
    ids = row_ids(first, [kind for kind, _ in values])
    return _marked(list(zip(ids, values, strict=True)), flags)


def rows_of_report(
    report: UUID,
    values: Sequence[tuple[Kind, float]],
    said: Mapping[str, Iterable[str]] | None = None,
) -> list[Incoming]:
    """The rows of a report from the app: each kind a reading of its own, pressures a pair.

    `said` is how each kind was measured, by its name.
    """
    systolic = id_from("report", report, SYSTOLIC.name)
    paired = any(kind is SYSTOLIC for kind, _ in values)
    rows = _marked(
        [
            (
                id_from(systolic, kind.name)
                if paired and kind is DIASTOLIC
                else id_from("report", report, kind.name),
                (kind, value),
            )
            for kind, value in values
        ]
    )
    for row in rows:
        row.flags |= flags_of((said or {}).get(row.kind.name, ()))
    return rows


def _marked(rows: Sequence[tuple[UUID, tuple[Kind, float]]], flags: int = 0) -> list[Incoming]:
    kinds = [kind for _, (kind, _) in rows]
    pair = (SYSTOLIC, DIASTOLIC) if SYSTOLIC in kinds and DIASTOLIC in kinds else ()
    made = []
    for one, (kind, value) in rows:
        known = 0 if kind.is_plausible(value) else Flag.CHECK
        paired = Flag.PAIRED if kind in pair else 0
        made.append(Incoming(one, kind, value, int(flags | known | paired)))
    return made
