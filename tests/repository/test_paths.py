"""Nothing in the repository tells where, or by whom, it was made."""

import re
from pathlib import Path

import pytest

from tests.repository.house import VENDOR, kept_files, name_of

TEXT = {".py", ".md", ".html", ".js", ".mjs", ".css", ".yaml", ".yml", ".json", ".toml", ".lock"}
TEXT |= {".po", ".txt", ".cfg", ".ini", ".sh", ""}
# Put together here, so that this file does not name what it looks for.
MACHINE = (f"/{'work'}/", f"/{'root'}/", rf"/{'home'}/\w", rf"/{'Users'}/\w", f"{'bash'}_jobs")
UNFINISHED = (f"TO{'DO'}", f"FIX{'ME'}", f"X{'XX'}")
WORDS = {
    "a folder of somebody's machine": re.compile("|".join(MACHINE)),
    "a mark of unfinished work": re.compile(rf"\b(?:{'|'.join(UNFINISHED)})\b"),
}


def texts() -> list[Path]:
    found = [path for path in kept_files() if path.suffix in TEXT]
    return [path for path in found if VENDOR not in path.parents and ".min." not in path.name]


@pytest.mark.parametrize("what", WORDS)
def test_no_file_has(what: str) -> None:
    found = []
    for path in texts():
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if WORDS[what].search(line):
                found.append(f"{name_of(path)}:{number}")
    assert found == []
