"""The doctor's and the coordinator's list: the worst first, the same colour as the nurse sees."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.people import NOW, Cast
from tests.triage.test_concurrent import GREEN
from varde.core.zones import Zone
from varde.people.viewer import Viewer
from varde.triage.queries import standing, worst_first

RED = {**GREEN, "spo2": 84}


def listed(them: Cast, viewer: Viewer, address: str) -> str:
    with them.clock():
        return them.browser(viewer).get(address).content.decode()


@pytest.mark.parametrize("address", ["/doctor/", "/coordinator/"])
def test_what_still_stands_on_the_list_is_the_colour_everywhere(them: Cast, address: str) -> None:
    """Red this morning, green now, and nobody has seen the red."""
    calm, patient = them.patient(), them.patient()
    them.report(calm, at=NOW - timedelta(hours=3), **GREEN)
    them.report(patient, at=NOW - timedelta(hours=3), **RED)
    them.report(patient, at=NOW - timedelta(minutes=1), **GREEN)
    viewer = them.gp if address == "/doctor/" else them.coordinator
    page = listed(them, viewer, address)
    row = next(one for one in page.split("<tr>") if str(patient.person) in one)
    first, rest = row.split("</td>", 1)
    assert "Rød" in first
    assert "Grønn" in rest
    assert "Noe tidligere står fortsatt på sykepleierens liste." in rest
    assert page.index(str(patient.person)) < page.index(str(calm.person)), "the worst first"
    assert page.count("Noe tidligere står") == 1


def test_an_item_that_is_closed_colours_nothing(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **GREEN)
    with them.acting(them.gp):
        assert standing([patient.actor]) == {}, "a green asks for nothing"
    other = them.patient()
    them.report(other, **RED)
    with them.acting(them.gp):
        assert standing([patient.actor, other.actor]) == {other.actor: Zone.RED}
        assert worst_first(them.gp, at=NOW, limit=2)[0].id == other.person


def test_the_page_of_the_patient_and_the_list_agree(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, at=NOW - timedelta(hours=3), **RED)
    them.report(patient, at=NOW - timedelta(minutes=1), **GREEN)
    record = listed(them, them.gp, f"/doctor/patient/{patient.person}")
    head = record[record.index("p-reason") :][:600]
    assert "Rød" in head
    assert "Det siste, målt i dag 09:59, var: Grønn" in record.replace("\n", " ")
