"""Programme files: what is shipped holds, and every hostile change is refused and says where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from math import nan
from typing import Any

import pytest

from tests.core.strategies import PROGRAMMES, raw
from varde.core.judgement import ChangeRule, Critical, DropRule
from varde.core.programme import Schedule
from varde.core.programme_file import KNOWN, NEEDED, BadProgramme, parse
from varde.core.quantities import BY_NAME
from varde.core.thresholds import Limits
from varde.core.zones import NAMED, Zone

KEYS = sorted(file.stem for file in PROGRAMMES.glob("*.yaml"))
every_file = pytest.mark.parametrize("key", KEYS)
Data = dict[str, Any]
Place = tuple[str | int, ...]


def dicts(node: Any, path: Place = ()) -> Iterator[tuple[Place, Data]]:
    """Every mapping of a file, with where it stands."""
    if isinstance(node, dict):
        yield path, node
    inside = node.items() if isinstance(node, dict) else enumerate(node)
    for name, part in inside:
        if isinstance(part, (dict, list)):
            yield from dicts(part, (*path, name))


def at(data: Data, path: Place) -> Any:
    node: Any = data
    for name in path:
        node = node[name]
    return node


def is_text(node: Data) -> bool:
    return bool(node) and set(node) <= set(KNOWN)


def refused(data: Any) -> str:
    """What is said of a file that must be refused."""
    with pytest.raises(BadProgramme) as error:
        parse(data)
    return str(error.value)


# --- What is shipped ---------------------------------------------------------------------------


def test_copd_and_heart_failure_are_shipped() -> None:
    assert {"copd", "heart-failure"} <= set(KEYS)


@every_file
def test_a_shipped_file_is_a_programme_under_its_own_name_and_is_unsigned(key: str) -> None:
    programme = parse(raw(key))
    assert programme.key == key
    assert programme.version >= 1
    assert not programme.signed
    assert programme.standard.signed_by == ()


@every_file
def test_every_text_stands_in_bokmal_nynorsk_and_english(key: str) -> None:
    texts = [(path, node) for path, node in dicts(raw(key)) if is_text(node)]
    assert len(texts) > 40
    for path, text in texts:
        for language in NEEDED:
            assert isinstance(text.get(language), str), (path, language)  # «no» is not False
            assert text[language].strip(), (path, language)


@every_file
def test_every_planned_kind_is_judged_by_limits_or_by_change(key: str) -> None:
    """A planned kind that no rule judges would be work at every report."""
    programme = parse(raw(key))
    ruled = {*programme.standard.limits, *programme.change_rules()}
    assert set(programme.kinds) - programme.not_judged <= ruled


@every_file
def test_ids_are_used_once_and_every_question_can_be_green(key: str) -> None:
    programme = parse(raw(key))
    questions = [question.id for question in programme.questions]
    assert len(questions) == len(set(questions)) > 0
    assert len(programme.kinds) == len(set(programme.kinds)) > 0
    for question in programme.questions:
        choices = [choice.id for choice in question.choices]
        assert len(choices) == len(set(choices)) > 1
        zones = [NAMED[choice.zone] for choice in question.choices]
        assert zones == sorted(zones)  # mildest first, as they stand on the screen
        assert zones[0] is Zone.GREEN


@every_file
def test_a_signature_makes_it_signed(key: str) -> None:
    data = raw(key)
    data["standard"]["signed_by"] = [{"name": "A. Lege", "role": "lungelege", "at": "2026-11-02"}]
    assert parse(data).signed


# --- What the programme says -------------------------------------------------------------------


def test_the_rules_of_a_programme_are_those_of_its_file() -> None:
    copd, heart = parse(raw("copd")), parse(raw("heart-failure"))
    assert copd.drop_rules() == {"spo2": DropRule("spo2", 3, 5)}
    assert copd.change_rules() == {} == heart.drop_rules()
    assert heart.change_rules() == {"weight": ChangeRule("weight", 3, 1, 2, 2)}
    assert copd.critical_rules()["pulse"] == Critical("pulse", 35, 150)
    assert copd.standard.limits["spo2"].limits() == Limits(alert_low=88, warning_low=90)
    assert copd.schedule == Schedule(14, "daily", "weekly", True)
    assert heart.kinds == ("weight", "systolic", "diastolic", "pulse")


def test_a_question_and_its_choice_are_found_by_id() -> None:
    copd = parse(raw("copd"))
    assert NAMED[copd.question("breathing").choice("much-worse").zone] is Zone.RED
    assert copd.question("cough").choice("no").text["nb"] == "Nei, som vanlig"


def test_a_kind_that_is_not_judged_says_why() -> None:
    data = raw("copd")
    data["measurements"][1] = UNJUDGED | {"reason": WHY}
    assert parse(data).not_judged == {"pulse"}


# --- Hostile changes ---------------------------------------------------------------------------


@every_file
def test_an_unknown_word_is_refused_wherever_it_stands(key: str) -> None:
    for path, node in list(dicts(raw(key))):
        if is_text(node):
            continue
        data = raw(key)
        at(data, path)["colour"] = "green"
        said = refused(data)
        if path[:2] == ("standard", "limits") and len(path) == 2:
            assert "limits" in said
        elif path == ("advice",):
            assert "advice" in said
        else:
            assert "`colour`" in said, path
            assert not path or str(path[0]) in said, path


@every_file
@pytest.mark.parametrize("language", NEEDED)
@pytest.mark.parametrize("spoil", ["removed", "empty"])
def test_a_missing_language_is_refused_wherever_it_lacks(
    key: str, language: str, spoil: str
) -> None:
    whole = raw(key)
    for path, node in dicts(whole):
        if not is_text(node):
            continue
        data = deepcopy(whole)
        text = at(data, path)
        text[language] = ""
        if spoil == "removed":
            del text[language]
        said = refused(data)
        assert re.search(rf"lacks .*\b{language}\b", said), (path, said)
        assert said.startswith(f"{key}: ")
        listed = path[0] in ("questions", "rules") and whole[str(path[0])][path[1]]["id"]
        assert (listed or str(path[0])) in said


@every_file
@pytest.mark.parametrize(
    "word", ["key", "version", "name", "measurements", "questions", "standard", "advice"]
)
def test_what_is_needed_cannot_be_left_out(key: str, word: str) -> None:
    data = raw(key)
    del data[word]
    assert f"`{word}`" in refused(data)


@pytest.mark.parametrize("nothing", [None, [], "copd", 3, {}, {"key": "copd"}])
def test_what_is_no_programme_is_refused(nothing: Any) -> None:
    assert refused(nothing)


def _change(*path: str | int, to: Any) -> Callable[[Data], None]:
    def change(data: Data) -> None:
        at(data, path[:-1])[path[-1]] = to

    return change


def _twice(*path: str | int) -> Callable[[Data], None]:
    """The first of a list once more at its end."""

    def change(data: Data) -> None:
        found = at(data, path)
        found.append(deepcopy(found[0]))

    return change


WHY = {"nb": "måles for legen", "nn": "blir målt for legen", "en": "measured for the doctor"}
UNJUDGED = {"kind": "pulse", "judged": False}
CHOICE: Place = ("questions", 0, "choices", 0)
LIMITS: Place = ("standard", "limits")
WEIGHT = {"kind": "weight", "days": 3, "yellow_rise": 1, "yellow_fall": 2, "red_rise": 2}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_change(*CHOICE, "zone", to="grey"), ["breathing", "as-usual", "zone"]),
        (_change(*CHOICE, "zone", to="Green"), ["breathing", "as-usual", "zone"]),
        (_change(*CHOICE, "zone", to=""), ["breathing", "as-usual", "zone"]),
        (_change(*CHOICE, "zone", to=1), ["zone", "int"]),
        (_change("measurements", 0, "kind", to="SpO2"), ["'SpO2'"]),
        (_change("measurements", 0, "kind", to="59408-5"), ["'59408-5'"]),
        (_change("measurements", 0, "kind", to=None), ["measurements", "kind"]),
        (_change(*LIMITS, "mood", to={"alert_low": 1}), ["'mood'"]),
        (_change("drops", 0, "kind", to="oxygen"), ["'oxygen'"]),
        (_change("criticals", 1, "kind", to="heart"), ["'heart'"]),
        (
            _change("changes", to=[WEIGHT | {"kind": "mass"}]),
            ["'mass'"],
        ),
        (_change(*LIMITS, "spo2", "alert_low", to=91), ["spo2", "order"]),
        (_change(*LIMITS, "pulse", "warning_low", to=101), ["pulse", "order"]),
        (_change(*LIMITS, "pulse", "alert_high", to=99), ["pulse", "order"]),
        (_change(*LIMITS, "pulse", "alert_low", to=121), ["pulse", "order"]),
        (_change(*LIMITS, "temperature", "warning_high", to=39.1), ["temperature", "order"]),
        (_change(*LIMITS, "pulse", "warning_low", to=100), ["pulse", "order"]),
        (_change(*LIMITS, "spo2", "alert_low", to=nan), ["spo2", "order"]),
        (_change("drops", 0, "red", to=2), ["drop", "spo2", "red"]),
        (_change("drops", 0, "yellow", to=0), ["drop", "spo2"]),
        (_change("changes", to=[WEIGHT | {"yellow_rise": 3}]), ["change", "weight", "red"]),
        (_change("changes", to=[WEIGHT | {"yellow_fall": 0}]), ["change", "weight"]),
        (_change("changes", to=[WEIGHT | {"days": 0}]), ["change", "weight", "day"]),
        (_change("changes", to=[WEIGHT | {"days": -1}]), ["change", "weight", "day"]),
        (_change("criticals", 0, to={"kind": "spo2"}), ["critical", "spo2", "no bound"]),
        (_change("schedule", "trial", to="hourly"), ["schedule", "'hourly'"]),
        (_change("schedule", "after", to=""), ["schedule", "''"]),
        (_change("schedule", "trial_days", to=-1), ["schedule", "trial_days"]),
        (_change(*LIMITS, "spo2", "alert_low", to="88"), ["limits", "alert_low"]),
        (_change(*LIMITS, "spo2", "alert_low", to=True), ["limits", "alert_low"]),
        (_change("measurements", 1, "judged", to=False), ["pulse", "not judged"]),
        (_change("measurements", 1, "judged", to="no"), ["measurements", "judged"]),
        (_change("measurements", 1, "reason", to=WHY), ["pulse", "no reason"]),
        (
            _change("measurements", 1, to=UNJUDGED | {"reason": {"nb": "måles for legen"}}),
            ["pulse.reason", "nn", "en"],
        ),
        (_twice("questions"), ["'breathing'", "twice"]),
        (_change("questions", 3, "id", to="breathing"), ["'breathing'", "twice"]),
        (_twice(*CHOICE[:-1]), ["breathing", "'as-usual'", "twice"]),
        (_change("questions", 3, "choices", to=[]), ["'general'", "no choices"]),
        (_twice("measurements"), ["'spo2'", "twice"]),
        (_twice("drops"), ["drop", "'spo2'", "twice"]),
        (_twice("criticals"), ["critical", "'spo2'", "twice"]),
        (_change("changes", to=[WEIGHT, WEIGHT]), ["change", "'weight'", "twice"]),
        (_change("version", to="1"), ["version"]),
        (_change("minutes", to=5.5), ["minutes"]),
        (_change("standard", "signed_by", to=[{"name": "A. Lege"}]), ["signed_by", "role"]),
        (_change("criticals", 0, "below", to="eighty"), ["criticals", "below"]),
        (_change("drops", 0, to={"kind": "spo2", "yellow": 3}), ["drops", "red"]),
        (_change("name", to="KOLS"), ["name"]),
        (_change("name", "nb", to=False), ["name"]),
        (_change("name", "nb", to="  "), ["name", "nb"]),
        (_change("name", "no", to="KOLS"), ["name", "'no'"]),
        (_change("call_113_when", 0, to={}), ["call_113_when"]),
        (_change("advice", "grey", to={"heading": {}, "meaning": {}, "do": []}), ["advice"]),
    ],
)
def test_a_hostile_change_is_refused_and_says_where(
    change: Callable[[Data], None], says: list[str]
) -> None:
    data = raw("copd")
    change(data)
    said = refused(data)
    for word in says:
        assert word in said


@pytest.mark.parametrize("zone", sorted(NAMED))
def test_advice_is_needed_for_every_zone(zone: str) -> None:
    data = raw("copd")
    del data["advice"][zone]
    assert "advice" in refused(data)


def test_an_unknown_word_is_said_with_file_and_place() -> None:
    data = raw("copd")
    data["questions"][2]["choices"][1]["colour"] = "green"
    said = refused(data)
    for word in ("copd", "questions[2].choices[1]", "`colour`"):
        assert word in said


def test_every_mistake_of_a_file_is_said_under_its_key() -> None:
    assert refused(raw("heart-failure") | {"minutes": "five"}).startswith("heart-failure: ")
    assert refused(raw("heart-failure") | {"questions": []} | {"advice": {}}).startswith(
        "heart-failure: "
    )


def test_sami_may_lack() -> None:
    """Only what is needed is needed: `se` is known, and said in bokmål where it lacks."""
    assert set(KNOWN) - set(NEEDED) == {"se"}
    data = raw("copd")
    for path, node in dicts(raw("copd")):
        if is_text(node):
            at(data, path).pop("se", None)
    assert set(parse(data).name) == set(NEEDED)


@pytest.mark.parametrize("kind", sorted(BY_NAME))
def test_every_kind_may_be_measured_and_have_limits(kind: str) -> None:
    data = raw("copd")
    data["measurements"], data["rules"] = [{"kind": kind}], []
    data["standard"]["limits"] = {kind: {"warning_high": 0}}
    assert parse(data).standard.limits[kind].limits() == Limits(warning_high=0)
