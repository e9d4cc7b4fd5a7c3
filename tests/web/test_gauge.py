"""The gauge of a result: the colours stand on the line as the limits say."""

from __future__ import annotations

import pytest

from varde.core.thresholds import Limits
from varde.core.verdict import Reason
from varde.core.zones import Zone
from varde.web.patient.gauge import gauge

TABLE = [
    ("low only", (88, 90, None, None), 86, ["rod", "gul", "gronn"]),
    ("high only", (None, None, 38, 39), 39.5, ["gronn", "gul", "rod"]),
    ("both", (41, 51, 100, 120), 130, ["rod", "gul", "gronn", "gul", "rod"]),
    ("yellow only, low", (None, 90, None, None), 89, ["gul", "gronn"]),
    ("yellow only, high", (None, None, 100, None), 104, ["gronn", "gul"]),
    ("red only", (88, None, None, None), 86, ["rod", "gronn"]),
    ("red only, high", (None, None, None, 120), 130, ["gronn", "rod"]),
]


@pytest.mark.parametrize(("bounds", "value", "colours"), [r[1:] for r in TABLE],
                         ids=[r[0] for r in TABLE])  # fmt: skip
def test_the_colours_are_those_of_the_limits(
    bounds: tuple[float | None, ...], value: float, colours: list[str]
) -> None:
    limits = Limits(*bounds)
    rule = "below" if value < 90 else "above"
    drawn = gauge(Reason("pulse", rule, Zone.RED, value), limits)
    assert drawn is not None
    assert [part.colour for part in drawn.parts] == colours
    ends = [part.x + part.width for part in drawn.parts[:-1]]
    starts = [part.x for part in drawn.parts[1:]]
    assert ends == pytest.approx(starts, abs=0.2), "no gap and no overlap"
