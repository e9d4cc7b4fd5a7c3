"""What is drawn is used: no class, icon or template that no page has."""

from __future__ import annotations

import re
from functools import cache

from tests.repository.house import VARDE, VENDOR, name_of

UI = VARDE / "web" / "ui"
TEMPLATES = sorted(VARDE.rglob("*.html"))


@cache
def words() -> frozenset[str]:
    """Every word of what makes pages: templates, scripts, Python."""
    files = [*TEMPLATES, *VARDE.rglob("*.py"), *UI.rglob("*.js")]
    ours = [path.read_text("utf-8") for path in files if VENDOR not in path.parents]
    return frozenset(re.findall(r"[\w-]+", " ".join(ours)))


def test_every_class_of_the_style_sheets_is_on_some_page() -> None:
    classes = set()
    for sheet in (UI / "static" / "ui").glob("*.css"):
        plain = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.S)
        classes |= set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"\{[^{}]*\}", " ", plain)))
    assert sorted(classes - words()) == []


def test_every_template_is_asked_for_by_its_name() -> None:
    sources = [*TEMPLATES, *VARDE.rglob("*.py")]
    text = {path: path.read_text("utf-8") for path in sources}
    named = set(re.findall(r"""["']([\w/.-]+\.html)["']""", " ".join(text.values())))
    roots = [UI / "templates", VARDE / "web" / "templates"]
    kept = {
        path.relative_to(root).as_posix(): name_of(path)
        for root in roots
        for path in root.rglob("*.html")
    }
    asked_by_django = {"403_csrf.html", "403.html", "404.html", "500.html", "400.html"}
    assert sorted(at for name, at in kept.items() if name not in named | asked_by_django) == []
