"""Replay: reports of many patients judged one after the other, as the intake judges them.

Pure. For trying a programme on a file, and for published cases. It is the intake's own judging:
`judgement.judge` under `Rules.case`, limits copied from the standard set, what is usual learnt from
the first three readings, and window rules that look back at what came before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from varde.core.judgement import habitual_value, judge
from varde.core.programme import Before, Programme, Rules, answer_to, rules_of
from varde.core.reading import Reading
from varde.core.thresholds import Limits
from varde.core.usual import settled
from varde.core.verdict import REFUSED, Judgement, Reason, conclude
from varde.core.zones import Zone

EVERYBODY = ""  # the patient of limits that hold for all


@dataclass(frozen=True, slots=True)
class Report:
    """What one patient measured and answered at one time."""

    patient: str
    taken_at: datetime
    readings: tuple[Reading, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()  # each question with the choice
    refused: tuple[str, ...] = ()  # what was sent and could not be read: kinds, or «answer:…»


Own = Mapping[str, Mapping[str, Limits]]  # patient, or EVERYBODY → kind → a doctor's limits


def replay(
    reports: Iterable[Report],
    programme: Programme,
    own: Own,
    *,
    ordered: Collection[str] = (),
    zone: ZoneInfo,
) -> Iterator[tuple[Report, Judgement]]:
    """Each report with its judgement: patient by patient as they first come, in order of time.

    `ordered` are rules that hold only by order, by name (`to_order`).
    """
    by_patient: dict[str, list[Report]] = defaultdict(list)
    for report in reports:
        by_patient[report.patient].append(report)
    rules = rules_of([programme], ordered)
    for patient, theirs in by_patient.items():
        limits = {**own.get(EVERYBODY, {}), **own.get(patient, {})}
        one = _Patient(programme, rules, limits, zone)
        for report in sorted(theirs, key=lambda sent: sent.taken_at):
            yield report, one.judged(report)


class _Patient:
    """What is known of one patient so far."""

    def __init__(
        self, programme: Programme, rules: Rules, own: Mapping[str, Limits], zone: ZoneInfo
    ) -> None:
        self.programme, self.rules, self.own, self.zone = programme, rules, own, zone
        self.limits = {**programme.copied, **own}
        self.habitual: dict[str, float] = {}
        self.first: dict[str, list[float]] = defaultdict(list)
        self.before = Before()

    def judged(self, report: Report) -> Judgement:
        if self.before.settled is None:  # follow-up begins with the first report
            self.before.settled = settled(report.taken_at, self.zone)
        case = self.rules.case(
            self.limits,
            own=self.own.keys(),
            habitual=dict(self.habitual),
            zone=self.zone,
            before=self.before,
        )
        answers = [
            answer_to([self.programme], question, choice) for question, choice in report.answers
        ]
        found = judge(report.readings, answers, case, report.taken_at)
        if report.refused:  # what could not be read is never green
            unread = [Reason(one, REFUSED, Zone.NOT_JUDGED) for one in report.refused]
            found = conclude([*found.reasons, *unread])
        if answers and self.rules.answers_back is not None:
            self.before.answers.append((report.taken_at, answers))
        for reading in report.readings:
            self._remember(reading)
        return found

    def _remember(self, reading: Reading) -> None:
        if reading.kind in self.rules.looked_back_at:
            self.before.add(reading)
        if reading.kind in self.rules.with_baseline:
            self.before.add_first(reading)
        unlearnt = reading.kind in self.rules.drops and reading.kind not in self.habitual
        if unlearnt and not reading.active:
            self.first[reading.kind].append(reading.value)
            usual = habitual_value(self.first[reading.kind])
            if usual is not None:
                self.habitual[reading.kind] = usual
