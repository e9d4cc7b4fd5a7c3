"""The pages say what the code says: every word in the glossary, no generated page stale."""

import importlib.util
import inspect
import pkgutil
import re
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import varde
from tests.repository.house import ROOT, our_models
from varde.core.quantities import KINDS
from varde.core.zones import Zone

DOCS = ROOT / "docs"
GLOSSARY = set(re.findall(r"`([^`]+)`", (DOCS / "glossary.md").read_text("utf-8")))
RECORDS = sorted((DOCS / "adr").glob("*.md"))
BY_NAME = {"Rank", "Flag"}  # enums of numbers: people know the names, not the numbers


def modules() -> list[ModuleType]:
    found = pkgutil.walk_packages(varde.__path__, "varde.")
    skipped = (".migrations", "varde.config.wsgi", "varde.config.asgi")
    return [import_module(one.name) for one in found if not any(s in one.name for s in skipped)]


def enums() -> set[type[Enum]]:
    return {
        kind
        for module in modules()
        for _name, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Enum) and kind.__module__ == module.__name__
    }


def said(member: Enum) -> str:
    if isinstance(member, Zone):
        return member.slug
    return member.name if type(member).__name__ in BY_NAME else str(member.value)


def test_every_model_is_in_the_glossary() -> None:
    names = {f"{model._meta.app_label}.{model.__name__}" for model in our_models()}
    assert names - GLOSSARY == set()


def test_every_enum_and_each_of_its_words_is_in_the_glossary() -> None:
    words = {kind.__name__ for kind in enums()}
    words |= {said(member) for kind in enums() for member in kind}
    assert words - GLOSSARY == set()


def test_every_kind_of_measurement_is_in_the_glossary() -> None:
    assert {kind.name for kind in KINDS} - GLOSSARY == set()


def test_the_generated_pages_are_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    path = ROOT / "scripts" / "generate_docs.py"
    spec = importlib.util.spec_from_file_location("generate_docs", path)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    assert made.stale() == []


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in RECORDS]
    assert numbers == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_decision_is_short_and_whole(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) < 40
    heads = re.findall(r"^## (\w+)", text, re.M)
    assert heads == ["Context", "Decision", "Consequences"]


def test_a_decision_that_the_code_cites_is_there() -> None:
    cited = {
        int(number)
        for path in (ROOT / "varde").rglob("*.py")
        for number in re.findall(r"\bADR (\d+)", path.read_text("utf-8"))
    }
    assert cited
    assert cited - {int(path.name[:4]) for path in RECORDS} == set()


def test_every_test_that_the_hazards_name_exists() -> None:
    """A safety case that points at nothing is worse than one with a gap."""
    text = (DOCS / "safety" / "hazards.md").read_text("utf-8")
    for file, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text):
        assert re.search(rf"\bdef {name}\(", (ROOT / file).read_text("utf-8")), f"{file}::{name}"


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: path.stem)
def test_every_link_leads_somewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    gone = [link for link in links if not (path.parent / link).exists()]
    assert gone == []
