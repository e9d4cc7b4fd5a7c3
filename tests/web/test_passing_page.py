"""Give to a colleague, put off, undo, choose a part of the list, and what came of the alerts."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.covering import EVENING, arranged, taken
from tests.people import NOW, Cast
from tests.triage.test_concurrent import GREEN, RED, the_item
from tests.web.test_patient_pages import said
from varde.people.viewer import Viewer
from varde.triage import queries

YELLOW = {**GREEN, "pulse": 110}
MINUTE = timedelta(minutes=1)


def panel_fields(page: Any) -> dict[str, list[str]]:
    """What the form of the panel sends that is not typed."""
    form = re.search(r'<form method="post" action="/nurse/handle/.*?</form>', page.content.decode(),
                     re.S)  # fmt: skip
    assert form is not None
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]):
        found.setdefault(name, []).append(value)
    return found


def close(client: Any, patient: Viewer, **more: Any) -> Any:
    page = client.get(f"/nurse/patient/{patient.person}")
    item = re.search(r"/nurse/handle/([\w-]+)", page.content.decode())
    assert item is not None
    sent = {"assessment": "worsening", "act": "phone-answered", "note": "Ringte.", **more}
    return client.post(f"/nurse/handle/{item[1]}", panel_fields(page) | sent, follow=True)


def test_a_closing_is_undone_within_the_minute(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    client = them.browser(them.nurse)
    with them.clock(NOW + MINUTE):
        page = close(client, patient)
        assert "Lukket." in said(page)
        handling = re.search(r'name="handling" value="([\w-]+)"', page.content.decode())
        assert handling is not None
    with them.clock(NOW + 2 * MINUTE):
        again = client.post("/nurse/undo", {"handling": handling[1]}, follow=True)
        assert "Angret. Pasienten er din igjen" in said(again)
        assert "Håndter rødt varsel" in said(again)
    with them.clock(NOW + 9 * MINUTE):
        late = client.post("/nurse/undo", {"handling": handling[1]}, follow=True)
        assert "Det er for sent å angre." in said(late)
        assert client.post("/nurse/undo", {"handling": "x"}).status_code == 400


def test_greens_that_were_acknowledged_together_are_undone_from_where_it_is_said(
    them: Cast,
) -> None:
    for _ in range(2):
        them.report(them.patient(), **GREEN)
    client = them.browser(them.nurse)
    with them.clock(NOW + MINUTE):
        seen = re.findall(r'name="seen" value="([^"]*)"', client.get("/nurse/").content.decode())
        page = client.post("/nurse/acknowledge", {"seen": seen}, follow=True)
        assert "2 grønne er kvittert ut." in said(page)
        closed = re.search(r'name="handling" value="([^"]+)"', page.content.decode())
        assert closed is not None
    with them.clock(NOW + MINUTE + timedelta(seconds=40)):
        back = client.post("/nurse/undo", {"handling": closed[1]}, follow=True)
        assert "Angret. 2 står på lista igjen." in said(back)
        assert back.content.decode().count('name="seen"') == 2
    with them.clock(NOW + 9 * MINUTE):
        late = client.post("/nurse/undo", {"handling": closed[1]}, follow=True)
        assert "Det er for sent å angre." in said(late)
        for hostile in ("2026-11-16T10:00:00", "T", "9999-99-99T"):
            assert client.post("/nurse/undo", {"handling": hostile}).status_code in (302, 400)


def test_a_yellow_is_put_off_and_found_among_those_put_off(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    item = the_item(them, patient)
    assert item is not None
    client = them.browser(them.nurse)
    with them.clock(NOW + MINUTE):
        sent = {"until": "closing", "version": str(item.version)}
        stale = client.post(f"/nurse/snooze/{item.id}", {**sent, "version": "0"}, follow=True)
        assert "Ingenting er utsatt." in said(stale)
        page = client.post(f"/nurse/snooze/{item.id}", sent, follow=True)
        assert "Utsatt til i dag kl. 15" in said(page)
        assert "Ingen venter." in said(page)
        asleep = client.get("/nurse/?who=asleep")
        assert "Ragna Tindheim" in said(asleep)
        record = said(client.get(f"/nurse/patient/{patient.person}"))
        assert "Tilbake på lista" in record
        back = client.post(f"/nurse/wake/{item.id}", follow=True)
        assert "Ragna Tindheim" in said(back)
        assert client.post(f"/nurse/snooze/{item.id}", {"until": "never"}).status_code == 400


def test_a_red_offers_no_putting_off_and_refuses_it(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    item = the_item(them, patient)
    assert item is not None
    client = them.browser(them.nurse)
    with them.clock(NOW + MINUTE):
        assert (
            "/nurse/snooze/" not in client.get(f"/nurse/patient/{patient.person}").content.decode()
        )
        sent = {"until": "hour", "version": str(item.version)}
        page = client.post(f"/nurse/snooze/{item.id}", sent, follow=True)
    assert "Rødt kan ikke utsettes." in said(page)
    assert "Ragna Tindheim" in said(page)


def test_a_place_is_given_to_a_colleague(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    item = the_item(them, patient)
    assert item is not None
    client = them.browser(them.nurse)
    with them.clock(NOW + MINUTE):
        page = client.get(f"/nurse/patient/{patient.person}")
        assert "Terje Prøvestad" in said(page)
        to = {"to": str(them.other_nurse.person)}
        given = client.post(f"/nurse/give/{item.id}", to, follow=True)
        assert "Terje Prøvestad har den nå." in said(given)
        assert "En annen har tatt den." in said(
            client.post(f"/nurse/give/{item.id}", to, follow=True)
        )
        assert client.post(f"/nurse/give/{item.id}", {"to": "x"}).status_code == 400


def test_the_list_is_narrowed_by_party_programme_and_weekday(them: Cast) -> None:
    copd = them.patient(given="Kari", weekday=0)
    heart = them.patient(given="Hans", programme="heart-failure", weekday=3)
    for patient in (copd, heart):
        them.report(patient, **YELLOW)
    client = them.browser(them.nurse)
    with them.clock(NOW + MINUTE):

        def shown(query: str) -> set[str]:
            text = said(client.get(f"/nurse/rows?{query}"))
            return {name for name in ("Kari", "Hans") if name in text}

        assert shown("") == {"Kari", "Hans"}
        assert shown("programme=copd") == {"Kari"}
        assert shown("weekday=3") == {"Hans"}
        assert shown(f"party={them.units['municipality']}") == {"Kari", "Hans"}
        assert shown(f"party={them.units['other-municipality']}") == set()
        assert shown("party=cluster:Kystklyngen") == {"Kari", "Hans"}
        assert shown("party=cluster:Heiklyngen") == set()
        assert shown("programme=copd&weekday=3") == set()
        assert shown("party=x&weekday=9&programme=") == {"Kari", "Hans"}
        page = client.get("/nurse/?programme=copd&party=cluster:Kystklyngen").content.decode()
    assert '<option value="copd" selected>' in page
    assert '<option value="cluster:Kystklyngen" selected>' in page


def test_one_who_is_not_reached_is_told_what_the_procedure_lacks(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    client = them.browser(them.nurse)
    with them.clock(NOW + MINUTE):
        page = close(client, patient, act="phone-no-answer", attempt="1")
        assert "Forsøket er lagret." in said(page)
        assert "1 av 3 forsøk" in said(page)
        page = close(client, patient, assessment="unreachable", act="phone-no-answer")
        assert "Rutinen for den som ikke nås, er ikke fulgt ennå." in said(page)
        close(client, patient, act="wrote-message", attempt="1")
        page = close(client, patient, assessment="unreachable",
                     act=["phone-no-answer", "told-next-of-kin"])  # fmt: skip
        assert "Lukket." in said(page)


# What came of the alerts


def test_what_came_of_the_alerts_without_a_name(them: Cast) -> None:
    client = them.browser(them.nurse)
    for n, (values, how) in enumerate(
        [(RED, {}), (YELLOW, {"assessment": "usual"}), (YELLOW, {"assessment": "equipment"})]
    ):
        patient = them.patient()
        them.report(patient, at=NOW + n * MINUTE, **values)
        with them.clock(NOW + (10 + n) * MINUTE):
            close(client, patient, **how)
    them.report(them.patient(), at=NOW + 20 * MINUTE, **YELLOW)
    with them.clock(NOW + 30 * MINUTE):
        page = said(client.get("/nurse/alerts"))
    assert "Røde og gule rapporter 4" in page
    assert "Vurdert som ingen forverring 67 %" in page
    assert "Rød til lukket 10 min ni av ti innen 10 min" in page
    assert "SpO₂ under grensen KOLS 1 1 0 0 0 0 0 100 %" in page
    assert "Puls over grensen KOLS 3 0 1 0 1 0 1 0 %" in page
    assert "SpO₂ under 88 KOLS 1 1 0 0 0 0 0 100 %" in page
    assert "Puls over 100 KOLS 3 0 1 0 1 0 1 0 %" in page
    assert "Tindheim" not in page


def test_a_unit_sees_the_alerts_of_its_own_patients_whoever_had_the_watch(them: Cast) -> None:
    """And those of a patient in two programmes under the programme that the part is of."""
    aud = arranged(them)
    patient = them.both()
    taken(them, aud)
    them.report(patient, at=EVENING, weight=80, **RED)
    with them.clock(EVENING + MINUTE):
        ours, theirs = (said(them.browser(who).get("/nurse/alerts")) for who in (them.nurse, aud))
    assert "Røde og gule rapporter 1" in ours
    assert "SpO₂ under 88 KOLS" in ours
    assert "Røde og gule rapporter 0" in theirs


@pytest.mark.parametrize("days", ["30", "365", "7", "x"])
def test_the_page_of_alerts_stands_with_nothing_to_tell(them: Cast, days: str) -> None:
    with them.clock():
        page = them.browser(them.nurse).get(f"/nurse/alerts?days={days}")
    assert "Ingen varsler i perioden." in said(page)
    with them.acting(them.nurse):
        assert queries.counts(them.nurse)
