"""A contact when nothing stands on the list, and an answer that the patient has read."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.people import NOW, Cast, cast
from tests.triage.test_concurrent import RED, open_reasons, the_item
from tests.web.test_nurse_pages import YELLOW, get, panel, submit
from tests.web.test_patient_pages import said
from varde.base.rows import new_id
from varde.people.viewer import Viewer
from varde.triage.models import Handling, Task

SATURDAY = NOW - timedelta(days=2)


def contact_id(page: Any) -> str:
    found = re.search(r'name="contact" value="([^"]*)"', page.content.decode())
    assert found, said(page)
    return found[1]


def write(them: Cast, patient: Viewer, **sent: Any) -> Any:
    with them.clock():
        return them.browser(them.nurse).post(f"/nurse/contact/{patient.person}", sent, follow=True)


def notes(them: Cast, patient: Viewer) -> list[Handling]:
    with them.acting(them.nurse):
        return list(Handling.objects.filter(patient_id=patient.person).order_by("at"))


def tasks(them: Cast, patient: Viewer) -> list[str]:
    """What somebody decided; not what follows by itself."""
    with them.acting(them.nurse):
        return list(
            Task.objects.filter(patient_id=patient.person, occurrence="").values_list(
                "kind", flat=True
            )
        )


def test_a_call_from_the_patient_is_written_down_when_nothing_waits(them: Cast) -> None:
    patient = them.patient(given="Una")
    page = get(them, f"/nurse/patient/{patient.person}")
    assert "Skriv kontakt" in said(page)
    told = write(
        them, patient, contact=contact_id(page), act=["patient-called"],
        note="Lurer på om hun kan reise.", next=["to-gp"],
    )  # fmt: skip
    assert "Kontakten er skrevet i journalen." in said(told)
    assert "Kontakt – pasienten ringte Lurer på om hun kan reise. Inga Prøvestad" in said(told)
    (note,) = notes(them, patient)
    assert (note.item_id, note.assessment, note.by_id) == (None, "contact", them.nurse.person)
    assert tasks(them, patient) == ["ask-gp"]


def test_a_time_to_call_again_becomes_a_task(them: Cast) -> None:
    patient = them.patient()
    write(them, patient, contact=uuid4(), act=["phone-no-answer"], call_at="14:30")
    assert tasks(them, patient) == ["call-again"]


def test_pressed_twice_it_is_one_note_and_one_task(them: Cast) -> None:
    patient, one = them.patient(), uuid4()
    for _ in range(2):
        write(them, patient, contact=one, note="Alt bra.", next=["to-gp"])
    assert len(notes(them, patient)) == 1
    assert tasks(them, patient) == ["ask-gp"]


def test_a_contact_that_says_nothing_is_asked_about_and_keeps_what_was_ticked(them: Cast) -> None:
    patient = them.patient()
    told = write(them, patient, contact=uuid4(), note="  ", next=["to-gp"])
    assert told.status_code == 422
    assert "Kryss av for hva du gjorde, eller skriv et notat. Ingenting er lagret ennå." in said(
        told
    )
    assert re.search(r'value="to-gp" checked', told.content.decode())
    assert notes(them, patient) == []


def test_a_contact_closes_nothing_that_came_meanwhile(them: Cast) -> None:
    patient = them.patient()
    page = get(them, f"/nurse/patient/{patient.person}")
    them.report(patient, **RED)
    write(them, patient, contact=contact_id(page), act=["phone-answered"])
    assert len(open_reasons(them, patient)) == 1
    assert "Sist: kontakt 16. november" in said(get(them))


def test_another_contacts_id_is_not_written_over(them: Cast) -> None:
    first, second, one = them.patient(), them.patient(), uuid4()
    write(them, first, contact=one, note="Den første.")
    assert write(them, second, contact=one, note="Den andre.").status_code == 400
    assert [note.note for note in notes(them, first)] == ["Den første."]
    assert notes(them, second) == []


def test_what_another_closed_comes_back_as_a_contact_to_save(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    form = panel(get(them, f"/nurse/patient/{patient.person}"))
    submit(them, them.browser(them.other_nurse), form, assessment="usual")
    told = submit(
        them, them.browser(them.nurse), {**form, "note": ["Hun var tung."]},
        assessment="worsening", act=["phone-answered"],
    )  # fmt: skip
    assert "Gjelder det fortsatt, så lagre det som en kontakt." in said(told)
    assert "Hun var tung." in told.content.decode()
    assert re.search(r'value="phone-answered"[^>]* checked', told.content.decode())
    write(them, patient, contact=contact_id(told), act=["phone-answered"], note="Hun var tung.")
    assert {note.assessment for note in notes(them, patient)} == {"usual", "contact"}


def test_the_same_form_with_other_words_is_not_thrown_away(them: Cast) -> None:
    """«Back» in the browser, and more was written: it comes again, as a form of its own."""
    patient, one = them.patient(), uuid4()
    write(them, patient, contact=one, note="Alt bra.")
    told = write(them, patient, contact=one, note="Ringte tilbake: tung i pusten.", next=["to-gp"])
    assert told.status_code == 409
    assert "Det du skrev, er ikke lagret." in said(told)
    assert "tung i pusten" in told.content.decode()
    write(them, patient, contact=contact_id(told), note="Ringte tilbake: tung i pusten.")
    assert {note.note for note in notes(them, patient)} == {
        "Alt bra.", "Ringte tilbake: tung i pusten."
    }  # fmt: skip


def test_what_is_no_time_is_asked_about_and_nothing_is_lost(them: Cast) -> None:
    patient = them.patient()
    told = write(them, patient, contact=uuid4(), note="Ringer igjen.", call_at="25:99")
    assert told.status_code == 422
    assert "Skriv klokkeslettet som 14:30. Ingenting er lagret ennå." in said(told)
    assert 'value="25:99"' in told.content.decode()
    assert "Ringer igjen." in told.content.decode()
    assert (notes(them, patient), tasks(them, patient)) == ([], [])


def test_nor_does_a_closing_pass_over_a_time_that_is_none(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    form = panel(get(them, f"/nurse/patient/{patient.person}"))
    told = submit(them, them.browser(them.nurse), form, assessment="usual", call_at="kveld")
    assert told.status_code == 422
    assert "Skriv klokkeslettet som 14:30." in said(told)
    assert the_item(them, patient) is not None


def test_by_when_a_call_was_promised_stands_on_the_timeline(them: Cast) -> None:
    patient = them.patient()
    told = write(them, patient, contact=uuid4(), act=["phone-no-answer"], call_at="14:30")
    assert "Ring igjen til 16.11. kl. 14:30" in said(told)


def test_who_is_called_by_a_patient_another_has_can_write_it_down(them: Cast) -> None:
    patient = them.patient(given="Solveig")
    them.report(patient, **RED)
    item = the_item(them, patient)
    assert item is not None
    with them.clock():
        them.browser(them.other_nurse).post(f"/nurse/take/{item.id}")
    page = get(them, f"/nurse/patient/{patient.person}")
    assert "Terje Prøvestad tok den" in said(page)
    write(them, patient, contact=contact_id(page), act=["patient-called"], note="Spør om svar.")
    assert [note.note for note in notes(them, patient)] == ["Spør om svar."]
    assert "Sist: kontakt 16. november (Inga)" in said(get(them)), "the row says so at once"
    assert len(open_reasons(them, patient)) == 1


def test_another_cooperations_patient_cannot_be_written_about(them: Cast) -> None:
    patient = cast().patient()
    with them.clock():
        client = them.browser(them.nurse)
        answer = client.post(f"/nurse/contact/{patient.person}", {"contact": uuid4(), "note": "x"})
    assert answer.status_code == 404


# What the patient has read


def red_on_saturday(them: Cast) -> tuple[Viewer, str]:
    patient, report = them.patient(given="Solveig"), new_id()
    them.report(patient, at=SATURDAY, report_id=report, answers={"breathing": "worse"}, **RED)
    return patient, f"/patient/result/{report}"


def test_that_the_patient_has_read_the_answer_is_kept_and_the_nurse_sees_it(them: Cast) -> None:
    patient, address = red_on_saturday(them)
    phone = them.browser(patient)
    with them.clock(SATURDAY + timedelta(minutes=1)):
        assert "Jeg har lest" in said(phone.get(address))
        assert phone.post(f"{address}/read")["Location"] == "/patient/"
    with them.clock(SATURDAY + timedelta(minutes=30)):
        phone.post(f"{address}/read")  # said again, the first time stands
        assert "Jeg har lest" not in said(phone.get(address))
    record = said(get(them, f"/nurse/patient/{patient.person}"))
    assert "Pasienten har lest svaret 14.11. 10:01." in record
    assert the_item(them, patient) is not None, "to have read is not to have been helped"


def test_that_nothing_is_read_yet_is_not_said_as_read(them: Cast) -> None:
    patient, _address = red_on_saturday(them)
    assert "har lest" not in said(get(them, f"/nurse/patient/{patient.person}"))


def test_only_ones_own_answer_can_be_read(them: Cast) -> None:
    _patient, address = red_on_saturday(them)
    with them.clock():
        assert them.browser(them.patient()).post(f"{address}/read").status_code == 404
        assert them.browser(them.nurse).post(f"{address}/read").status_code in (403, 404)
