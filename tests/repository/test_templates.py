"""The strict content policy holds because nothing in the pages needs it loosened."""

import re
from pathlib import Path

import pytest

from tests.repository.house import VARDE, name_of, python_files

TEMPLATES = sorted(VARDE.rglob("*.html"))
FORBIDDEN = {
    "a script in the page": re.compile(r"<script\b(?![^>]*\bsrc=)", re.I),
    "a style sheet in the page": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"\sstyle\s*=", re.I),
    "an event attribute": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I),
    "an event attribute of htmx": re.compile(r"\b(?:data-)?hx-on\b", re.I),
    "an address that is script": re.compile(r"=\s*[\"']\s*javascript:", re.I),
    "a file from elsewhere": re.compile(r"\b(?:src|action)\s*=\s*[\"']\s*(?:https?:)?//", re.I),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_has(what: str) -> None:
    found = [name_of(path) for path in TEMPLATES if FORBIDDEN[what].search(path.read_text("utf-8"))]
    assert found == []


@pytest.mark.parametrize("what", ["a style sheet in the page", "a style attribute"])
def test_no_drawing_has(what: str) -> None:
    drawn = python_files("varde/paper", "varde/web")
    found = [name_of(path) for path in drawn if FORBIDDEN[what].search(path.read_text("utf-8"))]
    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_form_that_posts_has_its_token(path: Path) -> None:
    forms = re.findall(r'<form[^>]*method="post".*?</form>', path.read_text("utf-8"), re.S | re.I)
    assert [form[:80] for form in forms if "{% csrf_token %}" not in form] == []
