"""Learning what is usual for a patient: the median of the first three readings (decisions 3.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from varde.core.judgement import habitual_value
from varde.core.quantities import BY_NAME
from varde.core.reading import ACTIVITY
from varde.measuring import actions as measuring
from varde.measuring.habitual import FIRST_THREE, know_habitual, learn_again
from varde.measuring.incoming import Delivery
from varde.measuring.queries import first_values
from varde.triage.cases import Situation

LATE = timedelta(hours=12)  # what was taken so long before it came may not be the newest

Unlearnt = set[tuple[UUID, str]]


def unlearnt_of(found: dict[UUID, Situation]) -> Unlearnt:
    """The patients and kinds that are judged against what is usual, which is not known yet."""
    return {
        (patient, kind)
        for patient, situation in found.items()
        for kind in situation.rules.drops
        if kind not in situation.usual.now
    }


class Learning:
    """What becomes usual while a batch is judged; nothing is read when it could teach nothing."""

    def __init__(self, deliveries: Sequence[Delivery], unlearnt: Unlearnt) -> None:
        times = Counter(
            (d.patient, v.kind.name)
            for d in deliveries
            for v in d.values
            if (d.patient, v.kind.name) in unlearnt
        )
        self.first: dict[tuple[UUID, str], list[float]] = {
            one: [] for one, n in times.items() if n > 1
        }
        self.here: set[UUID] = set()
        if not self.first:
            return
        for kind in {kind for _, kind in self.first}:
            patients = [patient for patient, other in self.first if other == kind]
            for patient, values in first_values(patients, BY_NAME[kind].code, 3).items():
                self.first[patient, kind] += values
        ids = [v.id for d in deliveries for v in d.values if (d.patient, v.kind.name) in self.first]
        self.here = set(measuring.already_kept(ids))  # sent again: counted already

    @property
    def anything(self) -> bool:
        return bool(self.first)

    def add(self, delivery: Delivery, situation: Situation) -> None:
        for value in delivery.values:
            first = self.first.get((delivery.patient, value.kind.name))
            known = value.kind.name in situation.usual.now or ACTIVITY in value.said
            if first is None or value.id in self.here or known:
                continue
            first.append(value.value)
            self.here.add(value.id)
            usual = habitual_value(first)
            if usual is not None:
                situation.usual.now[value.kind.name] = usual


def learn(
    deliveries: Sequence[Delivery],
    found: dict[UUID, Situation],
    unlearnt: Unlearnt,
    *,
    at: datetime,
) -> None:
    """The median of the first three readings, until mapping or a doctor says otherwise."""
    late = {one.patient for one in deliveries if at - one.taken_at > LATE}
    learnt = {kind for patient in late for kind in found[patient].usual.learnt}
    if learnt:  # what comes now may be one of the first
        learn_again(late, [BY_NAME[kind].code for kind in learnt], at=at)
    lacking: dict[str, set[UUID]] = {}
    for one in deliveries:
        for value in one.values:
            if (one.patient, value.kind.name) in unlearnt:
                lacking.setdefault(value.kind.name, set()).add(one.patient)
    for kind, patients in lacking.items():
        code = BY_NAME[kind].code
        first = first_values(list(patients), code, 3)
        known = [(p, code, v) for p, values in first.items() if (v := habitual_value(values))]
        know_habitual(known, basis=FIRST_THREE, since=at)
