"""NEWS2: the National Early Warning Score's table, scale 1 and scale 2.

Source: Royal College of Physicians, National Early Warning Score (NEWS) 2, London 2017; the table
is reproduced unaltered, as its makers ask. Scale 2 is for patients with hypercapnic respiratory
failure whose target is 88–92 %, and only when a doctor has chosen it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from varde.core.quantities import BY_NAME

RANGES: Mapping[str, tuple[tuple[float, int], ...]] = {  # up to and including → points
    "respiration": ((8, 3), (11, 1), (20, 0), (24, 2), (float("inf"), 3)),
    "systolic": ((90, 3), (100, 2), (110, 1), (219, 0), (float("inf"), 3)),
    "pulse": ((40, 3), (50, 1), (90, 0), (110, 1), (130, 2), (float("inf"), 3)),
    "temperature": ((35.0, 3), (36.0, 1), (38.0, 0), (39.0, 1), (float("inf"), 2)),
}
SCALE_1 = ((91.0, 3), (93.0, 2), (95.0, 1), (float("inf"), 0))
SCALE_2_AIR = ((83.0, 3), (85.0, 2), (87.0, 1), (float("inf"), 0))
SCALE_2_OXYGEN = ((83.0, 3), (85.0, 2), (87.0, 1), (92.0, 0), (94.0, 1), (96.0, 2),
                  (float("inf"), 3))  # fmt: skip
MEASURED = ("respiration", "spo2", "systolic", "pulse", "temperature")
OXYGEN, CONSCIOUSNESS = "oxygen", "consciousness"
PARTS = (*MEASURED, OXYGEN, CONSCIOUSNESS)


@dataclass(frozen=True, slots=True)
class Score:
    """The points of each part; `lacks` the parts that were not measured."""

    points: Mapping[str, int]
    lacks: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(self.points.values())

    @property
    def single_three(self) -> bool:
        """Whether any one part gives three points by itself."""
        return 3 in self.points.values()


def news2(
    measured: Mapping[str, float],
    *,
    oxygen: bool | None,
    alert: bool | None,
    scale: int,
) -> Score:
    """The score of what was measured, each value rounded as it is judged.

    `oxygen`: whether oxygen is given; `alert`: awake and as usual (A), False for new confusion or
    less (C, V, P, U); None for what is not known. On scale 2 a saturation cannot be scored without
    knowing whether oxygen is given. Raises ValueError for another scale than 1 and 2.
    """
    if scale not in (1, 2):
        raise ValueError("the scales of NEWS2 are 1 and 2")
    known = {kind: BY_NAME[kind].rounded(measured[kind]) for kind in MEASURED if kind in measured}
    points = {kind: _points(known[kind], RANGES[kind]) for kind in RANGES if kind in known}
    if "spo2" in known and (scale == 1 or oxygen is not None):
        table = SCALE_1 if scale == 1 else SCALE_2_OXYGEN if oxygen else SCALE_2_AIR
        points["spo2"] = _points(known["spo2"], table)
    if oxygen is not None:
        points[OXYGEN] = 2 if oxygen else 0
    if alert is not None:
        points[CONSCIOUSNESS] = 0 if alert else 3
    return Score(points, tuple(part for part in PARTS if part not in points))


def _points(value: float, table: tuple[tuple[float, int], ...]) -> int:
    return next(points for highest, points in table if value <= highest)
