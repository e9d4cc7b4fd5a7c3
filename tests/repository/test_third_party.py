"""Third-party files and packages: pinned, checked, with licence, and without addresses."""

import hashlib
import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.repository.house import ROOT, VENDOR, name_of

LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
VENDORED = json.loads((VENDOR / "vendor.json").read_text())
FILES = [one for one in VENDORED if not one["file"].endswith("/")]
PACKAGES = json.loads((ROOT / "package.json").read_text())["devDependencies"]
LICENCE_OF = {"inter": "SIL OPEN FONT LICENSE"}


@pytest.mark.parametrize("lock", LOCKS, ids=name_of)
def test_every_package_is_pinned_with_a_hash(lock: Path) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", lock.read_text(), flags=re.I)
    entries = [entry for entry in entries if re.match(r"[a-z0-9]", entry, re.I)]
    assert len(entries) > 10
    loose = [e.split()[0] for e in entries if "==" not in e or "--hash=sha256:" not in e]
    assert loose == []


@pytest.mark.parametrize("lock", LOCKS, ids=name_of)
def test_no_lock_names_an_address(lock: Path) -> None:
    found = re.findall(r"https?://\S+|--(?:extra-)?index-url\S*|\S+ @ \S+", lock.read_text())
    assert found == []


def test_the_lock_of_npm_has_hashes_and_no_download_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    fetched = {name: one for name, one in packages.items() if name}
    assert [name for name, one in fetched.items() if "resolved" in one] == []
    assert [name for name, one in fetched.items() if "integrity" not in one] == []


def test_every_named_dependency_is_in_its_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {
        "run": project["dependencies"],
        "dev": [*project["dependencies"], *project["optional-dependencies"]["dev"]],
    }
    for name, named in wanted.items():
        lock = (ROOT / "requirements" / f"{name}.lock").read_text().lower()
        names = [re.split(r"[\[><=~ ]", one)[0].lower() for one in named]
        assert [one for one in names if not re.search(rf"^{one}(\[.*\])?==", lock, re.M)] == []


@pytest.mark.parametrize("one", FILES, ids=lambda one: str(one["file"]))
def test_a_vendored_file_is_what_was_recorded(one: dict[str, str]) -> None:
    kept = (ROOT / one["file"]).read_bytes()
    assert hashlib.sha256(kept).hexdigest() == one["sha256"]


def test_every_vendored_file_is_recorded() -> None:
    there = {name_of(p) for p in VENDOR.rglob("*") if p.is_file() and "licences" not in p.parts}
    assert there - {one["file"] for one in VENDORED} == {name_of(VENDOR / "vendor.json")}


@pytest.mark.parametrize("one", VENDORED, ids=lambda one: str(one["file"]))
def test_a_vendored_files_version_is_the_pinned_one(one: dict[str, str]) -> None:
    assert PACKAGES[one["package"]] == one["version"]


@pytest.mark.parametrize("package", sorted({one["package"] for one in VENDORED}))
def test_the_licence_stands_beside_the_file_or_in_it(package: str) -> None:
    short = package.rsplit("/", maxsplit=1)[-1]
    licence = VENDOR / "licences" / f"{short}.txt"
    if licence.exists():
        text = licence.read_text()
        assert LICENCE_OF.get(short, "Permission is hereby granted, free of charge") in text
        return
    files = [ROOT / one["file"] for one in VENDORED if one["package"] == package]
    assert files and all("Mozilla Public\n * License" in f.read_text()[:600] for f in files)


def test_the_repositorys_own_licence() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License" in text and "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
