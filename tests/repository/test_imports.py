"""The order of the house: a context imports only what is below it."""

import configparser
import re

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.repository.house import ROOT, VARDE


def test_the_import_contracts_are_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT))
    kept = lint_imports(config_filename=str(ROOT / ".importlinter"), no_cache=True)
    assert kept == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_every_package_stands_in_the_order() -> None:
    read = configparser.ConfigParser()
    read.read(ROOT / ".importlinter")
    placed = set(re.findall(r"varde\.(\w+)", read["importlinter:contract:order"]["layers"]))
    packages = {path.parent.name for path in VARDE.glob("*/__init__.py")} | {"cli"}
    assert packages - placed == set()


@pytest.mark.parametrize("contract", ["pure", "doors"])
def test_the_other_contracts_are_not_forgotten(contract: str) -> None:
    assert f"[importlinter:contract:{contract}]" in (ROOT / ".importlinter").read_text()
