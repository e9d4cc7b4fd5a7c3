"""The programmes as clinicians read them, and a specialist's name beside what she has signed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.people import NOW, Cast, employ
from tests.triage.at_once import together
from tests.triage.test_concurrent import GREEN
from tests.web.test_patient_pages import said
from varde.base.rows import new_id
from varde.catalogue import actions as catalogue
from varde.catalogue.models import Signature
from varde.catalogue.queries import newest, signed
from varde.core.access import Role
from varde.core.signing import Part, digest_of
from varde.people.viewer import Viewer


@pytest.fixture
def lungs(them: Cast) -> Viewer:
    with them.acting(at=NOW - timedelta(days=30)):
        return employ(them, "Jon", Role.SPECIALIST, "practice", NOW - timedelta(days=30))


def sign(them: Cast, by: Viewer, part: str, key: str = "copd") -> Any:
    """As the page has it: the form of that part, pressed."""
    with them.clock():
        browser = them.browser(by)
        page = browser.get("/doctor/programmes").content.decode()
        form = f'name="key" value="{key}"><input type="hidden" name="part" value="{part}">'
        digest = re.findall(form + r'<input type="hidden" name="digest" value="(\w+)"', page)[0]
        words = {"key": key, "part": part, "digest": digest}
        return browser.post("/doctor/programmes/sign", words, follow=True)


def is_signed(them: Cast, part: Part) -> bool:
    with them.acting(them.nurse):
        return signed([newest("copd")], part)


def test_what_judges_follows_and_is_advised_stands_in_words(them: Cast) -> None:
    with them.clock():
        page = said(them.browser(them.nurse).get("/nurse/programmes"))
    assert "SpO₂ % fra 90 88 til under 90 under 88" in page
    assert "Måler hver dag i 14 dager, deretter hver uke." in page
    assert "Rød i 2 dager, eller 2 rapporter på rad." in page
    assert "Gul spørres videre: Fastlegen (12 t), Sykehuslegen (12 t)" in page
    assert "Målingene og svarene dine er innenfor" in page
    assert page.count("ikke signert av lege") == 6
    assert "Jeg har lest og signerer" not in page


def test_a_specialist_signs_one_part_and_her_name_stands_there(them: Cast, lungs: Viewer) -> None:
    page = said(sign(them, lungs, "limits"))
    assert "Signert. Navnet ditt står ved det fra nå." in page
    assert "Signert av Jon Prøvestad, Enhet practice 16.11.2026" in page
    assert page.count("ikke signert av lege") == 5
    assert is_signed(them, Part.LIMITS)
    assert not is_signed(them, Part.ADVICE)


def test_where_it_was_unsigned_it_says_so_no_more(them: Cast, lungs: Viewer) -> None:
    patient = them.patient()
    sent = new_id()
    them.report(patient, report_id=sent, **GREEN)
    unsigned = "De er ikke signert av en lege ennå"
    with them.clock():
        phone, nurse = them.browser(patient), them.browser(them.nurse)
        record = f"/nurse/patient/{patient.person}"
        assert unsigned in said(phone.get(f"/patient/result/{sent}"))
        assert "ikke signert av lege" in said(nurse.get(record))
    sign(them, lungs, "advice")
    with them.clock():
        assert unsigned not in said(phone.get(f"/patient/result/{sent}"))
        assert unsigned not in said(phone.get("/patient/plan"))
        assert "ikke signert av lege" in said(nurse.get(record))
    sign(them, lungs, "limits")
    sign(them, lungs, "times")
    with them.clock():
        assert "ikke signert av lege" not in said(nurse.get(record))


def test_it_is_withdrawn_by_its_owner_and_stays_in_history(them: Cast, lungs: Viewer) -> None:
    page = sign(them, lungs, "limits").content.decode()
    row = page.split('name="withdraw" value="')[1].split('"')[0]
    with them.acting(at=NOW - timedelta(days=30)):
        other = employ(them, "Kari", Role.SPECIALIST, "practice", NOW - timedelta(days=30))
    with them.clock():
        them.browser(other).post("/doctor/programmes/sign", {"withdraw": row})
        assert is_signed(them, Part.LIMITS)
        them.browser(lungs).post("/doctor/programmes/sign", {"withdraw": row})
        assert not is_signed(them, Part.LIMITS)
    with them.acting(them.nurse):
        assert Signature.objects.filter(withdrawn_at__isnull=False).count() == 1
    sign(them, lungs, "limits")
    assert is_signed(them, Part.LIMITS)


def test_what_changed_while_it_was_read_is_not_signed(them: Cast, lungs: Viewer) -> None:
    with them.acting(them.nurse):
        read = newest("copd")
        digest = digest_of(read, Part.TIMES)
    content = catalogue.shipped()["copd"] | {"version": 9, "measure_again_minutes": 5}
    with them.acting() as by:
        catalogue.publish(content=content, by=by, at=NOW)
    with them.clock():
        words = {"key": "copd", "part": "times", "digest": digest}
        page = them.browser(lungs).post("/doctor/programmes/sign", words, follow=True)
        assert "Programmet er endret siden du leste." in said(page)
    assert not is_signed(them, Part.TIMES)


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"key": "copd", "part": "moon", "digest": "a"},
        {"key": "moon", "part": "limits", "digest": "a"},
        {"withdraw": "nonsense"},
    ],
)
def test_a_form_of_nobodys_is_refused(them: Cast, lungs: Viewer, words: dict[str, str]) -> None:
    with them.clock():
        answer = them.browser(lungs).post("/doctor/programmes/sign", words)
    assert answer.status_code == 400


def test_a_gp_and_a_nurse_may_read_and_not_sign(them: Cast) -> None:
    with them.clock():
        gp = them.browser(them.gp)
        assert "Jeg har lest og signerer" not in said(gp.get("/doctor/programmes"))
        assert gp.post("/doctor/programmes/sign", {}).status_code == 403


def test_pressed_twice_at_once_it_is_one_signature(them: Cast, lungs: Viewer) -> None:
    with them.acting(them.nurse):
        digest = digest_of(newest("copd"), Part.LIMITS)

    def press() -> None:
        with them.acting(lungs) as by:
            catalogue.sign(key="copd", part=Part.LIMITS, digest=digest, by=by, at=them.at)

    together(press, press)
    with them.acting(them.nurse):
        assert Signature.objects.filter(key="copd").count() == 1
