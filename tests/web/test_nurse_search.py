"""Looking for a patient: by name, number and phone; nobody beyond reach is found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tests.people import NOW, Cast
from tests.web.test_nurse_pages import get
from tests.web.test_patient_pages import said
from varde.people.models import Person, Relation


def test_a_patient_is_found_by_name_national_id_and_phone(them: Cast) -> None:
    patient = them.patient(given="Bjørg", family="Sæther")
    them.patient(given="Bernt", family="Aasen")
    with them.acting():
        person = Person.objects.get(id=patient.person)
    phone = person.phone
    for text in (
        "Sæther", "sæth", "saether", "Bjørg", "bjorg sæ", "Sæther Bjørg", "  bjørg ",
        person.national_id, f"{person.national_id[:6]} {person.national_id[6:]}",
        phone, f"{phone[:2]} {phone[2:4]} {phone[4:6]} {phone[6:]}", f"+47 {phone}",
    ):  # fmt: skip
        found = get(them, f"/nurse/search?q={text.replace('+', '%2B')}")
        assert found.status_code == 302, text
        assert found["Location"] == f"/nurse/patient/{patient.person}", "the only one is opened"


@pytest.mark.parametrize("text", ["Sæthersen", "%", "_", "S%ther", "12345678901", "99999999"])
def test_what_does_not_match_finds_nobody_and_says_so(them: Cast, text: str) -> None:
    them.patient(given="Bjørg", family="Sæther")
    page = get(them, f"/nurse/search?q={text.replace('%', '%25')}")
    assert page.status_code == 200
    assert "Bjørg Sæther" not in said(page)


def test_a_search_finds_only_patients_and_only_those_within_reach(them: Cast) -> None:
    for given in ("Nær", "Nærmest"):
        them.patient(given=given, family="Tindheim")
    gone = them.patient(given="Fjern", family="Tindheim")
    with them.acting():
        ended = DateTimeTZRange(NOW - timedelta(days=60), NOW - timedelta(days=1))
        Relation.objects.filter(
            patient_id=gone.person, organisation_id=them.units["service"]
        ).update(period=ended)
    page = said(get(them, "/nurse/search?q=Tindheim"))
    assert ("Nær Tindheim" in page, "Fjern" in page) == (True, False)
    assert "Ingen treff på «Prøvestad»." in said(get(them, "/nurse/search?q=Prøvestad"))


def test_what_was_searched_for_is_shown_as_text(them: Cast) -> None:
    page = get(them, "/nurse/search?q=<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
