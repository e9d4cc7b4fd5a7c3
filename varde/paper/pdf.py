"""PDF: a page of plain values, tagged so that it can be read aloud (PDF/UA-1).

Pure. Typst lays it out. What is written comes to it as data and not as markup, so that nothing in a
text is ever read as a command.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import typst
from fontTools.ttLib import TTFont

HERE = Path(str(resources.files("varde") / "paper"))
PAGE_SIZES = (
    12.0,
    11.5,
    11.0,
    10.5,
    10.0,
    9.5,
    9.0,
    8.5,
    8.0,
)  # points, of a page that should be one
LARGE = 17.0
UNKNOWN = "?"


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(HERE / "fonts")]
    )


def page(template: str, data: Mapping[str, Any], *, written_at: datetime) -> bytes:
    """One A4 page in the largest letters that let it be one; in the smallest when it takes more."""
    for size in PAGE_SIZES:
        document = _document(template, data, size=size, layout="page")
        if _pages(document) == 1:
            break
    return _pdf(document, written_at)


def fits(template: str, data: Mapping[str, Any]) -> bool:
    """Whether it is one A4 page, at the least in the smallest letters."""
    return _pages(_document(template, data, size=PAGE_SIZES[-1], layout="page")) == 1


def large(template: str, data: Mapping[str, Any], *, written_at: datetime) -> bytes:
    """In large letters, over as many pages as it takes."""
    return _pdf(_document(template, data, size=LARGE, layout="large"), written_at)


@cache
def _letters() -> frozenset[int]:
    """What both weights can write: PDF/UA allows no letter that is not drawn."""
    found = [TTFont(file).getBestCmap() for file in sorted((HERE / "fonts").glob("*.ttf"))]
    return frozenset.intersection(*(frozenset(one) for one in found))


def writable(value: Any) -> Any:
    """The same with «?» for each letter there is none of (a picture, another script), and a space
    for what is no letter at all."""
    if isinstance(value, str):
        return "".join(
            " " if not one.isprintable() else one if ord(one) in _letters() else UNKNOWN
            for one in value
        )
    if isinstance(value, Mapping):
        return {key: writable(one) for key, one in value.items()}
    return [writable(one) for one in value] if isinstance(value, list | tuple) else value


def _document(
    template: str, data: Mapping[str, Any], *, size: float, layout: str
) -> typst.Compiler:
    inputs = {"data": json.dumps(writable(data)), "size": str(size), "layout": layout}
    return typst.Compiler(
        str(HERE / "typ" / f"{template}.typ"), font_paths=_fonts(), sys_inputs=inputs
    )


def _pages(document: typst.Compiler) -> int:
    """How many pages it takes: every template says so of itself."""
    return int(json.loads(document.query("<pages>", field="value", one=True)))


def _pdf(document: typst.Compiler, written_at: datetime) -> bytes:
    written = document.compile(
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=written_at.astimezone(UTC).replace(microsecond=0),
    )
    assert isinstance(written, bytes)
    return written
