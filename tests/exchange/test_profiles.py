"""What is written and found, held against HL7's own vital-signs profiles, element by element."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.machine import Json, Machine, observation, pressure
from tests.people import Cast

FOLDER = Path(__file__).resolve().parents[3] / "shared/data/fhir/r4-vitalsigns"
PROFILES = {
    "oxygensat": (96, "%", "59408-5"),
    "oxygensat by 2708-6": (96, "%", "2708-6"),
    "heartrate": (72, "/min", "8867-4"),
    "bodytemp": (36.9, "Cel", "8310-5"),
    "bodytemp in [degF]": (98.7, "[degF]", "8310-5"),
    "bodyweight": (82.4, "kg", "29463-7"),
    "bodyweight in g": (82400, "g", "29463-7"),
    "bodyheight": (171, "cm", "8302-2"),
    "resprate": (16, "/min", "9279-1"),
    "bp": None,
}
UNITS = {  # bindings whose value sets are small enough to stand here
    "ucum-bodyweight": {"kg", "g", "[lb_av]"},
    "ucum-bodytemp": {"Cel", "[degF]"},
    "ucum-bodylength": {"cm", "[in_i]"},
    "observation-status": {"final", "amended", "corrected"},
}

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="HL7's profiles are not beside the repository"
)


@cache
def elements(profile: str) -> dict[str, Json]:
    read = json.loads((FOLDER / f"{profile}.json").read_text("utf-8"))
    return {one["id"]: one for one in read["snapshot"]["element"]}


def children(known: dict[str, Json], parent: str) -> list[str]:
    """The ids of what is directly inside, slices left out."""
    inside = (one.removeprefix(f"{parent}.") for one in known if one.startswith(f"{parent}."))
    return [f"{parent}.{name}" for name in inside if "." not in name and ":" not in name]


def slices(known: dict[str, Json], element: str) -> list[str]:
    named = (one.removeprefix(f"{element}:") for one in known if one.startswith(f"{element}:"))
    return [f"{element}:{name}" for name in named if "." not in name]


def inside(node: Any, name: str) -> list[Any]:
    """The values of one element; `name[x]` is found under any of its types."""
    if not isinstance(node, dict):
        return []
    if name.endswith("[x]"):
        stem = name.removesuffix("[x]")
        return [v for key, v in node.items() if key[: len(stem)] == stem and key != stem]
    value = node.get(name)
    return value if isinstance(value, list) else [] if value is None else [value]


def fixed(element: Json) -> Any:
    return next((v for key, v in element.items() if key.startswith(("fixed", "pattern"))), None)


def along(node: Any, path: str) -> list[Any]:
    found = [node]
    for step in path.split("."):
        found = [value for one in found for value in inside(one, step)]
    return found


def belongs(known: dict[str, Json], value: Any, element: str, slice_: str) -> bool:
    """Whether a value is of this slice, by what the profile tells slices apart by."""
    wanted = {
        ".".join(step.partition(":")[0] for step in one.removeprefix(f"{slice_}.").split(".")): f
        for one in known
        if one.startswith(f"{slice_}.") and (f := fixed(known[one])) is not None
    }
    told_by = tuple(by["path"] for by in known[element]["slicing"]["discriminator"])
    return all(
        value_wanted in along(value, path)
        for path, value_wanted in wanted.items()
        if any(path == by or path.startswith(f"{by}.") for by in told_by)
    )


def troubles(known: dict[str, Json], node: Any, parent: str) -> list[str]:
    """What is wrong inside `node`: counts, fixed values, bindings and slices, all the way down."""
    found: list[str] = []
    for one in children(known, parent):
        element, name = known[one], one.rpartition(".")[2]
        values = inside(node, name)
        found += _counted(one, element, len(values))
        for value in values:
            found += _of_value(one, element, value) + troubles(known, value, one)
        for slice_ in slices(known, one):
            if name.endswith("[x]"):
                chosen = inside(node, slice_.rpartition(":")[2])
            else:
                chosen = [value for value in values if belongs(known, value, one, slice_)]
            found += _counted(slice_, known[slice_], len(chosen))
            found += [t for value in chosen for t in troubles(known, value, slice_)]
    return found


def _counted(one: str, element: Json, n: int) -> list[str]:
    most = float("inf") if element["max"] == "*" else int(element["max"])
    return [] if element["min"] <= n <= most else [f"{one}: {n} of {element['min']}..{most}"]


def _of_value(one: str, element: Json, value: Any) -> list[str]:
    wanted = fixed(element)
    if wanted is not None and value != wanted:
        return [f"{one}: {value!r} is not {wanted!r}"]
    binding = element.get("binding", {}).get("valueSet", "").partition("|")[0].rpartition("/")[2]
    if binding in UNITS and value not in UNITS[binding]:
        return [f"{one}: {value!r} is not in {binding}"]
    return []


def assert_conforms(told: Json, profile: str) -> None:
    assert told["resourceType"] == "Observation"
    for one in (profile, "vitalsigns"):
        assert troubles(elements(one), told, "Observation") == []
    parts = told.get("component", [told])
    for part in parts:  # vs-2 and vs-3: a value, or why there is none
        assert "valueQuantity" in part or "dataAbsentReason" in part
    assert told["subject"]["reference"].startswith("Patient/")
    assert "T" in told["effectiveDateTime"]
    assert told["effectiveDateTime"].endswith("Z")


def sent(them: Cast, case: str) -> tuple[Json, str]:
    patient, measured = them.patient(), PROFILES[case]
    profile = case.partition(" ")[0]
    return (observation(patient, *measured) if measured else pressure(patient)), profile


@pytest.mark.parametrize("case", PROFILES)
def test_what_is_found_conforms(them: Cast, case: str) -> None:
    machine = Machine(them)
    made, profile = sent(them, case)
    reply = machine.post(made)
    (found,) = machine.search(patient=made["subject"]["reference"]).resources
    assert_conforms(found, profile)
    assert_conforms(machine.get(f"Observation/{reply.id}").body, profile)


@pytest.mark.parametrize("case", PROFILES)
def test_what_is_answered_to_a_post_conforms(them: Cast, case: str) -> None:
    """An answer that says it is an Observation is one; it may as well be empty."""
    machine = Machine(them)
    made, profile = sent(them, case)
    for expected in (201, 200):
        reply = machine.post(made)
        assert reply.status == expected
        if reply.raw:
            assert_conforms(reply.body, profile)


def test_the_measure_itself_finds_faults() -> None:
    """A profile check that finds nothing in nonsense would prove nothing."""
    good = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],  # noqa: E501
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "subject": {"reference": "Patient/1"},
        "effectiveDateTime": "2026-11-16T08:00:00Z",
        "valueQuantity": {"value": 72, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"},  # noqa: E501
    }  # fmt: skip
    known = elements("heartrate")
    assert troubles(known, good, "Observation") == []
    for name in ("status", "category", "code", "subject", "effectiveDateTime"):
        assert troubles(known, {k: v for k, v in good.items() if k != name}, "Observation")
    for change in (
        {"code": {"coding": [{"system": "http://loinc.org", "code": "8867-5"}]}},
        {"category": [{"coding": [{"code": "vital-signs"}]}]},
        {"valueQuantity": {"value": 72, "unit": "/min", "code": "/min"}},
        {"valueQuantity": {**good["valueQuantity"], "code": "bpm"}},  # type: ignore[dict-item]
        {"valueString": "72"},
        {"status": "done"},
    ):
        assert troubles(known, {**good, **change}, "Observation"), change
