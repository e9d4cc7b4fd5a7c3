"""The frame of every write: may this role do it, then do it, then write down that it was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Generic, ParamSpec, TypeVar, cast
from uuid import UUID

from django.db import transaction

from varde.audit import actions as audit
from varde.audit.actions import About
from varde.core.access import demand
from varde.people.viewer import Viewer

A_MOMENT = timedelta(minutes=1)  # the same sent twice in it, by the same, is one
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Done(Generic[R]):
    """What an act was about, for the audit; `value` is what the caller gets.

    An act about several patients says so of `each`.
    """

    value: R
    patient: UUID | None = None
    kind: str = ""
    object_id: UUID | None = None
    digest: bytes | None = None
    each: Sequence[About] = ()

    @property
    def about(self) -> Sequence[About]:
        return self.each or (About(self.patient, self.object_id, self.digest),)


def action(verb: str) -> Callable[[Callable[P, Done[R]]], Callable[P, R]]:
    """Wraps a write that takes `by` (the viewer) and `at`, and returns `Done`.

    Raises `Denied` before anything is read when the role may not do `verb`. Whatever it raises
    later undoes all that it had written: a page may say that nothing is saved.
    """

    def frame(write: Callable[P, Done[R]]) -> Callable[P, R]:
        @wraps(write)
        def framed(*args: P.args, **kwargs: P.kwargs) -> R:
            by, at = cast(Viewer, kwargs["by"]), cast(datetime, kwargs["at"])
            demand(by.role, verb)
            with transaction.atomic():  # what is refused on its way has written nothing
                done = write(*args, **kwargs)
            audit.record(verb, role=by.role, at=at, kind=done.kind, about=done.about)
            return done.value

        framed.verb = verb  # type: ignore[attr-defined]
        return framed

    return frame
