"""Signing: what of a programme a specialist answers for, and how it is told that it is the same.

Pure. A signature is of one part as it stood, by its digest: a later version that leaves the part as
it was is signed by the same signatures, and one that changes it is not.
"""

from __future__ import annotations

import json
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec

from varde.core.programme import Programme


class Part(StrEnum):
    """What judges, what follows by itself and when, and what the patient is told."""

    LIMITS = "limits"
    TIMES = "times"
    ADVICE = "advice"


FIELDS: dict[Part, tuple[str, ...]] = {
    Part.LIMITS: ("measurements", "questions", "drops", "changes", "criticals", "rules"),
    Part.TIMES: ("schedule", "follow_up", "ladder", "cover", "measure_again_minutes"),
    Part.ADVICE: ("advice", "call_113_when"),
}


def digest_of(programme: Programme, part: Part) -> str:
    """64 hexadecimal digits; the same for the same content, in whatever order it was written."""
    whole = msgspec.to_builtins(programme)
    content: dict[str, Any] = {name: whole[name] for name in FIELDS[part]}
    if part is Part.LIMITS:
        content["standard"] = whole["standard"]["limits"]
    said = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return sha256(said.encode()).hexdigest()
