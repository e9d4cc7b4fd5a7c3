"""The plan on paper: one page where it can be, tagged, and nothing of a text is a command."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfua import validate
from pypdfium2 import PdfDocument

from varde.paper import pdf

AT = datetime(2026, 11, 3, 10, 0, 0, 123456, tzinfo=ZoneInfo("Europe/Oslo"))
WORDS = {"feels": "Slik kjennes det", "measures": "Målingene viser", "do": "Dette gjør jeg",
         "call": "Jeg ringer", "matters": "Hva som er viktig for meg",
         "contacts": "Hvem jeg ringer", "usual": "Vanlig for meg",
         "measured": "Jeg måler", "signs": "Ring 113 med en gang hvis du"}  # fmt: skip


def sheet(lines: int = 2, sections: int = 1, **more: Any) -> dict[str, Any]:
    part = {
        "name": "KOLS" if sections > 1 else "",
        "feels": ["Tyngre i pusten enn vanlig"] * lines,
        "measures": ["Oksygen 88 til under 90 %"],
        "groups": [
            {
                "label": "Medisin",
                "typed": False,
                "lines": ["Ventolin: 2 drag, inntil 4 ganger"] * lines,
            }
        ],
        "call": "Ikke bedre etter to dager? Ring oppfølgingstjenesten.",
    }
    return {
        "lang": "nb", "written": "nb", "about": ["Planen er for: KOLS"],
        "title": "Egenbehandlingsplan for Solfrid Lyngmo",
        "heading": "Egenbehandlingsplan", "from": "Lungeavdelingen", "person": "Solfrid Lyngmo",
        "born": "født 11.04.1948", "approved": "Versjon 2, godkjent 3. november 2026",
        "before": "", "foot": "Solfrid Lyngmo · versjon 2 · 3. november 2026",
        "matters": "Til hytta", "usual": "Oksygen 94 %", "measured": "Vekt – hver dag",
        "goals": ["Gå til butikken"], "words": WORDS,
        "zones": [
            {"zone": zone, "title": title, "sections": [part] * sections}
            for zone, title in (("green", "Grønn"), ("yellow", "Gul"), ("red", "Rød"))
        ],
        "signs": ["ikke får puste"],
        "contacts": [{"number": "113", "who": "Fare for liv", "hours": "Hele døgnet"}],
        **more,
    }  # fmt: skip


def text_of(made: bytes) -> str:
    document = PdfDocument(made)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_it_is_one_page_with_version_and_date_on_it() -> None:
    made = pdf.page("plan", sheet(), written_at=AT)
    assert len(PdfDocument(made)) == 1
    for said in ("Egenbehandlingsplan", "Solfrid Lyngmo · versjon 2 · 3. november 2026", "113"):
        assert said in text_of(made)


def test_a_long_plan_is_still_one_page_in_smaller_letters() -> None:
    assert len(PdfDocument(pdf.page("plan", sheet(3, 2), written_at=AT))) == 1


def test_what_cannot_be_one_page_is_several_and_says_which() -> None:
    made = pdf.page("plan", sheet(12, 3), written_at=AT)
    assert len(PdfDocument(made)) > 1
    assert "1 / " in text_of(made)


def test_large_letters_take_the_pages_they_need_and_lose_nothing() -> None:
    made = pdf.large("plan", sheet(4), written_at=AT)
    assert len(PdfDocument(made)) > 1
    assert text_of(made).count("Ventolin") == 12


@pytest.mark.parametrize("made", [pdf.page, pdf.large])
def test_it_passes_the_checker_of_pdf_ua(made: Any, tmp_path: Any) -> None:
    file = tmp_path / "plan.pdf"
    file.write_bytes(made("plan", sheet(2, 2), written_at=AT))
    assert [str(one) for one in validate(str(file)).findings] == []


@pytest.mark.parametrize("made", [pdf.page, pdf.large])
def test_it_is_tagged_titled_and_in_its_language(made: Any) -> None:
    with pikepdf.open(BytesIO(made("plan", sheet(2, 2, lang="se"), written_at=AT))) as document:
        root = document.Root
        assert bool(root.MarkInfo.Marked) and str(root.Lang) == "se"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with document.open_metadata() as about:
            assert about["dc:title"] == "Egenbehandlingsplan for Solfrid Lyngmo"
            assert about["pdfuaid:part"] == "1"
        levels = [int(tag[1]) for tag in tags(root.StructTreeRoot) if tag[0] == "H"]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def tags(node: Any) -> list[str]:
    """The structure in reading order."""
    found = [str(node.S)[1:]] if isinstance(node, pikepdf.Dictionary) and "/S" in node else []
    below = node.get("/K", []) if isinstance(node, pikepdf.Dictionary) else []
    for one in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(one, pikepdf.Dictionary):
            found += tags(one)
    return found


def test_every_letter_of_northern_sami_is_there() -> None:
    said = "Čč Đđ Ŋŋ Šš Ŧŧ Žž Áá"
    assert said in text_of(pdf.page("plan", sheet(matters=said), written_at=AT))


@pytest.mark.parametrize(
    "hostile",
    [
        '#read("/etc/passwd")',
        "*fet* _kursiv_ `kode`",
        "$ x $ #eval(1)",
        "\\ #let d = 1",
        '"; {}',
        "<pages>",
    ],
)
def test_nothing_of_a_text_is_read_as_a_command(hostile: str) -> None:
    data = sheet(matters=hostile, person=hostile, goals=[hostile])
    assert text_of(pdf.page("plan", data, written_at=AT)).count(hostile) == 3


def test_what_no_letter_is_drawn_of_is_a_question_mark_and_the_rest_stands() -> None:
    made = pdf.page("plan", sheet(matters="Til hytta 🏔 med Aud\u0007"), written_at=AT)
    assert "Til hytta ? med Aud" in text_of(made)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_printed(text: str) -> None:
    assert pdf.page("plan", sheet(matters=text, goals=[text]), written_at=AT)
