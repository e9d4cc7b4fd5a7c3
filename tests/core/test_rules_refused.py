"""Rules of a programme file that cannot be: each is refused, with the rule and what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.strategies import raw
from varde.core.programme_file import BadProgramme, parse

PULSE, GENERAL = {"kind": "pulse"}, {"question": "general", "choices": ["worse"]}
BACK = "yellow comes before red, above 0"
WRONG: list[tuple[dict[str, Any], list[tuple[dict[str, Any], str]]]] = [
    ({"rule": "sustained", "kind": "spo2", "times": 2, "of": 2}, [
        ({"times": 1}, "times is at least 2"), ({"times": 3}, "at most of"),
        ({"days": 0}, "days is from 1 to 120"), ({"days": 121}, "days is from 1 to 120"),
    ]),
    ({"rule": "mean", "kind": "spo2", "side": "low", "days": 120}, [
        ({"fewest": 0}, "fewest is at least 1"), ({"days": 3}, "fewest is at least 1"),
        ({"days": 121}, "at most 120"), ({"spreads": 0}, "spreads is above 0"),
        ({"least": -1}, "least not below"),
    ]),
    ({"rule": "trend", "kind": "spo2", "short": 29, "long": 30, "yellow": 2, "red": 2}, [
        ({"short": 0}, "short is below long"), ({"short": 30}, "short is below long"),
        ({"long": 31}, "at most 30 days"), ({"yellow": 0}, BACK), ({"red": 1.9}, BACK),
    ]),
    ({"rule": "away", "kind": "spo2", "side": "high", "yellow": 2, "red": 2}, [
        ({"yellow": 0}, BACK), ({"red": 1.9}, BACK), ({"least": -1}, "least is not below 0"),
        ({"kind": "aura"}, "unknown measurement 'aura'"),
        ({"kind": "weight"}, "'weight' is not measured in this programme"),
    ]),
    ({"rule": "sum", "of": ["breathing"], "yellow": 2, "red": 2}, [
        ({"yellow": None, "red": None}, "has no bound"), ({"red": 1}, "yellow comes before red"),
        ({"rise": {"days": 0, "yellow": 1}}, "the days of rise are from 1 to 120"),
        ({"rise": {"days": 121, "yellow": 1}}, "the days of rise are from 1 to 120"),
        ({"yellow": 0}, "a bound is above 0"), ({"of": []}, "at least one question"),
        ({"of": ["breathing", "breathing"]}, "each once"),
        ({"rise": {"days": 3, "yellow": 0}}, "rise: yellow comes before red"),
        ({"rise": {"days": 3, "yellow": 2, "red": 1}}, "rise: yellow comes before red"),
        ({"of": ["breathing", "mood"]}, "there is no question 'mood'"),
        ({"of": ["cough"]}, "a choice of 'cough' has no points"),
        ({"of": ["sputum"]}, "a choice of 'sputum' has no points of 0 or more"),
    ]),
    ({"rule": "together", "of": [PULSE, GENERAL], "needs": 2}, [
        ({"needs": 1}, "it takes at least two"), ({"needs": 3}, "no more than there are"),
        ({"of": [PULSE], "needs": None}, "it takes at least two parts"),
        ({"of": [PULSE, PULSE | GENERAL]}, "each part is a question with choices, or a kind"),
        ({"of": [PULSE, {}]}, "each part is"), ({"of": [PULSE, {"question": "general"}]}, "each"),
        ({"of": [PULSE, PULSE | {"choices": ["worse"]}]}, "each part is"),
        ({"of": [PULSE, GENERAL | {"below": 3}]}, "each part is"),
        ({"of": [GENERAL, {"kind": "aura"}]}, "unknown measurement 'aura'"),
        ({"of": [PULSE, GENERAL | {"choices": ["worse", "so-so"]}]}, "has no choice 'so-so'"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "change", "message"), [(rule, *one) for rule, changes in WRONG for one in changes]
)
def test_a_rule_that_cannot_be_is_refused(
    rule: dict[str, Any], change: dict[str, Any], message: str
) -> None:
    """Each stands just inside its bounds, and is changed to just outside one of them."""
    data = raw("copd")
    for question, points in ((0, 0), (2, -1)):
        for choice in data["questions"][question]["choices"]:
            choice["points"] = points
    named = rule | {"id": "one", "name": dict.fromkeys(("nb", "nn", "en"), "One")}
    assert parse(data | {"rules": [named]}).rules[0].id == "one"
    with pytest.raises(BadProgramme, match=f"^copd: rule one: .*{message}"):
        parse(data | {"rules": [named | change]})
