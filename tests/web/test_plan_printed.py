"""The plan on paper: read by a machine, looked at as a picture, in four languages."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pdfua import validate
from pypdfium2 import PdfDocument

from tests.hospital import hospital, treated
from tests.pathway.test_doctors import quits
from tests.people import Cast
from tests.plan.agreed import approve, approved, colleague, proposed, responsible
from varde.catalogue import queries as programmes
from varde.core.identifiers import make_orgnr
from varde.core.thresholds import Limits
from varde.measuring import actions as measuring
from varde.people import actions as people
from varde.people.models import Person
from varde.people.nurses import say_absent
from varde.people.viewer import Viewer
from varde.plan import approving
from varde.plan.models import Plan
from varde.triage import ordering
from varde.triage.ordering import Draft

MARGIN = 18  # of 72 an inch: nothing is printed in the outer 6 mm
WHITE = 250
USUAL = {"nb": "Vanlig for meg", "nn": "Vanleg for meg", "en": "Usual for me",
         "se": "Dábálaš munnje"}  # fmt: skip
A4 = (595, 842)  # points


@pytest.fixture
def patient(them: Cast) -> Viewer:
    """With two conditions, a whole plan, and what is usual."""
    one = them.both(given="Solfrid", family="Lyngmo")
    responsible(them, one)
    for n in range(4, 0, -1):
        them.report(one, at=them.at - timedelta(days=n), spo2=97)
    return one


def printed(them: Cast, by: Viewer, address: str) -> bytes:
    with them.clock():
        answer = them.browser(by).get(address)
    assert answer["Content-Type"] == "application/pdf"
    return bytes(answer.content)


def found(made: bytes, folder: Path) -> list[str]:
    """What the checker of PDF/UA says of it."""
    file = folder / "plan.pdf"
    file.write_bytes(made)
    return [str(one) for one in validate(str(file)).findings]


def text_of(made: bytes) -> str:
    pages = [page.get_textpage().get_text_bounded() for page in PdfDocument(made)]
    return " ".join(" ".join(pages).split())


def outer_ink(page: Any) -> int:
    """The darkest point near the edges of the page, as it is drawn: 255 where all is white."""
    picture = page.render(scale=1, grayscale=True)
    rows = [
        bytes(picture.buffer)[n * picture.stride : n * picture.stride + picture.width]
        for n in range(picture.height)
    ]
    edges = [*rows[:MARGIN], *rows[-MARGIN:], *(row[:MARGIN] + row[-MARGIN:] for row in rows)]
    assert min(min(row) for row in rows) < 100  # something is drawn at all
    return min(min(row) for row in edges)


@pytest.mark.parametrize("language", ["nb", "nn", "en", "se"])
@pytest.mark.parametrize("large", [False, True])
def test_it_is_whole_on_the_page_and_can_be_read_aloud(
    them: Cast, patient: Viewer, tmp_path: Path, language: str, large: bool
) -> None:
    row = approved(them, patient)
    with them.acting(them.nurse):
        Plan.objects.filter(id=row.id).update(language=language)
    made = printed(them, patient, f"/patient/plan.pdf{'?large=1' if large else ''}")
    assert found(made, tmp_path) == []
    document, told = PdfDocument(made), text_of(made)
    assert large or len(document) == 1
    assert {tuple(round(side) for side in page.get_size()) for page in document} == {A4}
    assert all(outer_ink(page) >= WHITE for page in document)
    assert USUAL[language] in told and "Prednisolon" in told
    assert "116 117" in told and "113" in told


def letters(made: bytes) -> list[float]:
    """How high each line is, in points, the lowest first."""
    page = PdfDocument(made)[0].get_textpage()
    boxes = (page.get_rect(n) for n in range(page.count_rects()))
    return sorted(top - bottom for _left, bottom, _right, top in boxes)


def test_large_letters_are_large(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    small, large = (letters(printed(them, patient, f"/patient/plan.pdf{more}"))
                    for more in ("", "?large=1"))  # fmt: skip
    assert large[len(large) // 2] > 1.6 * small[len(small) // 2]


@pytest.mark.parametrize("large", [False, True])
def test_todays_limits_stand_beside_those_it_was_approved_with(
    them: Cast, patient: Viewer, tmp_path: Path, large: bool
) -> None:
    approved(them, patient)
    with them.acting(them.gp) as by:
        wish = Draft(patient.actor, {"spo2": Limits(alert_low=84, warning_low=86)}, "Stabil")
        ordering.order(wish, by=by, at=them.at)
    with them.clock(them.at + timedelta(hours=1)):
        address = f"/patient/plan.pdf{'?large=1' if large else ''}"
        made = bytes(them.browser(patient).get(address).content)
    told = text_of(made)
    assert "(i dag: under 84 %)" in told
    assert found(made, tmp_path) == []
    assert large or len(PdfDocument(made)) == 1


def test_it_says_when_to_call_113_as_the_screen_does(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    with them.clock():
        screen = them.browser(patient).get("/patient/plan?zone=red").content.decode()
    text = text_of(printed(them, patient, "/patient/plan.pdf"))
    assert "Ring 113 med en gang hvis du" in text
    assert "hele setninger" in text and "hele setninger" in screen


def test_all_that_is_to_be_done_is_on_it(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    told = text_of(printed(them, patient, "/patient/plan.pdf"))
    for area in ("Medisin: ", "Bevegelse: ", "Pust og slim: ", "Mat og drikke: ", "Røyk: "):
        assert area in told, area


def test_it_says_who_is_there_when(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    told = text_of(printed(them, patient, "/patient/plan.pdf"))
    assert "Hvem jeg ringer" in told and "Hele døgnet" in told
    with them.clock():  # in the same words as on the screen
        screen = them.browser(patient).get("/patient/plan").content.decode()
    hours = screen.split("Oppfølgingstjenesten <a")[1].split("</a>, ")[1].split(".</p>")[0]
    assert " ".join(hours.split()).split(".")[0] in told


@pytest.mark.parametrize("language", ["nb", "nn", "en", "se"])
def test_of_one_condition_it_is_one_page(them: Cast, language: str) -> None:
    one = them.patient()
    responsible(them, one)
    row = approved(them, one)
    with them.acting(them.nurse):
        Plan.objects.filter(id=row.id).update(language=language)
    assert len(PdfDocument(printed(them, one, "/patient/plan.pdf"))) == 1


def test_what_was_replaced_says_on_the_paper_that_it_does_not_hold(
    them: Cast, patient: Viewer, tmp_path: Path
) -> None:
    approved(them, patient)
    approved(them, patient, at=them.at + timedelta(minutes=5))
    at = them.at + timedelta(hours=1)
    with them.clock(at):
        address = f"/nurse/patient/{patient.person}/plan.pdf?version=1"
        made = bytes(them.browser(them.nurse).get(address).content)
    assert found(made, tmp_path) == []
    assert "Denne versjonen gjelder ikke lenger." in text_of(made)


def test_it_says_what_it_is_for_who_answers_and_when_it_is_talked_of_again(
    them: Cast, patient: Viewer, tmp_path: Path
) -> None:
    approved(them, patient, review_on=them.at.date() + timedelta(days=90))
    made = printed(them, patient, "/patient/plan.pdf")
    told = text_of(made)
    assert "Planen er for: KOLS, Hjertesvikt" in told
    assert "Ansvarlig lege: Marit Prøvestad" in told
    assert "Snakk om planen igjen: 14.02.2027" in told
    assert f"Skrevet av: {them.nurse.name}" in told
    assert f"Jeg måler (per {them.at:%d.%m.%Y}): Oksygen i blodet, " in told
    assert "Har planen: Enhet service, Enhet municipality, Enhet practice" in told
    assert found(made, tmp_path) == []


def test_the_gp_is_named_where_another_answers(them: Cast) -> None:
    there = hospital(them)
    one = them.patient()
    treated(them, one, "lungs")
    responsible(them, one, there.specialist, days=39)
    approve(them, one, proposed(them, one), by=there.specialist)
    told = text_of(printed(them, one, "/patient/plan.pdf"))
    assert "Ansvarlig lege: Jon Prøvestad, Enhet lungs" in told
    assert "Fastlege: " in told


def test_who_answers_today_is_not_said_of_a_version_that_holds_no_more(
    them: Cast, patient: Viewer
) -> None:
    approved(them, patient)
    approved(them, patient, at=them.at + timedelta(minutes=5))
    with them.clock(them.at + timedelta(hours=1)):
        address = f"/nurse/patient/{patient.person}/plan.pdf?version=1"
        told = text_of(bytes(them.browser(them.nurse).get(address).content))
    assert "Ansvarlig lege" not in told


def test_it_is_in_the_language_the_patient_reads_now(
    them: Cast, patient: Viewer, tmp_path: Path
) -> None:
    approved(them, patient)
    with them.acting():
        Person.objects.filter(id=patient.person).update(language="en")
    made = printed(them, patient, "/patient/plan.pdf")
    assert "What matters to me" in text_of(made)
    assert found(made, tmp_path) == []


def test_each_unit_that_follows_is_there_to_call(them: Cast) -> None:
    one = them.patient()
    with them.acting() as by:
        other = people.add_organisation(name="Hjertetjenesten", kind="service", phone="55500999",
                                        orgnr=make_orgnr(77), by=by, at=them.at)  # fmt: skip
        measuring.enrol(patient=one.actor, programme=programmes.newest("heart-failure"),
                        unit=other.id, service_model=1, weekday=0, by=by, at=them.at)  # fmt: skip
    approved(them, one)
    told = text_of(printed(them, one, "/patient/plan.pdf"))
    assert "Enhet service" in told and "Hjertetjenesten" in told and "55 50 09 99" in told


def test_one_who_is_away_with_nobody_in_place_is_still_the_doctor(
    them: Cast, patient: Viewer
) -> None:
    approved(them, patient)
    today = them.at.date()
    with them.acting(them.gp) as by:
        say_absent(first=today, last=today, stands_in=None, by=by, at=them.at)
    told = text_of(printed(them, patient, "/patient/plan.pdf"))
    assert f"Ansvarlig lege: {them.gp.name}, Enhet practice" in told


def test_who_stands_in_is_named_and_one_who_works_there_no_more_is_not(
    them: Cast, patient: Viewer
) -> None:
    approved(them, patient)
    deputy = colleague(them)
    today = them.at.date()
    with them.acting(them.gp) as by:
        say_absent(first=today, last=today, stands_in=deputy.actor, by=by, at=them.at)
    told = text_of(printed(them, patient, "/patient/plan.pdf"))
    assert f"Ansvarlig lege: {deputy.name}, Enhet practice (for {them.gp.name})" in told
    quits(them, them.gp)
    quits(them, deputy)
    told = text_of(printed(them, patient, "/patient/plan.pdf"))
    assert "Ansvarlig lege" not in told and "Fastlege: Enhet practice" in told


@pytest.mark.parametrize("language", ["nn", "en", "se"])
def test_of_a_plan_that_holds_no_more_nothing_says_it_does(
    them: Cast, patient: Viewer, language: str
) -> None:
    row = approved(them, patient)
    with them.acting(them.gp) as by:
        approving.withdraw(patient=patient.actor, plan=row.id, why="Ny dose", by=by, at=them.at)
    with them.acting():
        Person.objects.filter(id=patient.person).update(language=language)
    with them.clock():
        address = f"/nurse/patient/{patient.person}/plan.pdf?version=1"
        told = text_of(bytes(them.browser(them.nurse).get(address).content))
    assert "In force:" not in told and "Gjeld:" not in told and "Guoská:" not in told
