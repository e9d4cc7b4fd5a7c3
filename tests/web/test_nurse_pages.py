"""The nurse's pages without script: the list, taking, the panel, closing, searching."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.people import NOW, Cast
from tests.triage.test_concurrent import GREEN, RED, open_reasons, the_item
from tests.web.test_patient_pages import said
from varde.base.tenancy import acting
from varde.clock import tasks
from varde.dialogue.actions import send_message
from varde.dialogue.models import Note
from varde.people.viewer import Viewer
from varde.triage.handling import Closing, Seen, acknowledge_greens, close
from varde.triage.models import Handling, Task
from varde.triage.queries import open_item, reasons_of
from varde.triage.worklist import Rank

YELLOW = {**GREEN, "pulse": 110}


def get(them: Cast, address: str = "/nurse/", *, by: Viewer | None = None, minutes: int = 0) -> Any:
    with them.clock(NOW + timedelta(minutes=minutes)):
        return them.browser(by or them.nurse).get(address)


def row_of(page: Any, name: str) -> str:
    """The patient's row, as a person reads it; "" when there is none."""
    for row in re.findall(r'<li class="p-row.*?</li>', page.content.decode(), re.S):
        text = unescape(re.sub(r"<[^>]+>", " ", row)).replace("\u00a0", " ")
        if name in text:
            return re.sub(r"\s+", " ", text)
    return ""


def panel(page: Any) -> dict[str, list[str]]:
    """The hidden fields and the note of the panel, as a browser would send them."""
    html = page.content.decode()
    form = html.split('action="/nurse/handle/')[1].split("</form>")[0]
    sent: dict[str, list[str]] = {"item": [form.split('"')[0]]}
    for one in re.findall(r'<input type="hidden"[^>]*>', form):
        name, value = re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)
        if name and value and name[1] != "csrfmiddlewaretoken":
            sent.setdefault(name[1], []).append(unescape(value[1]))
    note = re.search(r'<textarea[^>]*id="note"[^>]*>(.*?)</textarea>', form, re.S)
    sent["note"] = [unescape(note[1]) if note else ""]
    return sent


def submit(
    them: Cast, client: Client, form: dict[str, list[str]], *, minutes: int = 5, **more: Any
) -> Any:
    sent = {name: value for name, value in form.items() if name != "item"}
    with them.clock(NOW + timedelta(minutes=minutes)):
        return client.post(f"/nurse/handle/{form['item'][0]}", {**sent, **more})


def post(them: Cast, address: str, *, by: Viewer | None = None, **sent: Any) -> Any:
    with them.clock():
        return them.browser(by or them.nurse).post(address, sent, follow=True)


def greens(page: Any) -> list[str]:
    return re.findall(r'name="seen" value="([^"]*)"', page.content.decode())


# The list


def test_the_list_says_who_how_bad_why_and_for_how_long(them: Cast) -> None:
    patient = them.patient(given="Solveig")
    them.report(patient, **RED)
    row = row_of(get(them, minutes=45), "Solveig Tindheim")
    for words in ("SpO₂ 86 %", "rød under 88", "45 min", "av 2 t", "KOLS", "i dag 10:00"):
        assert words in row, (words, row)


def test_the_list_says_how_far_past_the_goal_it_is(them: Cast) -> None:
    patient = them.patient(given="Solveig")
    them.report(patient, **RED)
    assert "35 min over målet" in row_of(get(them, minutes=155), "Solveig")


def test_a_weight_and_an_answer_are_reasons_in_words(them: Cast) -> None:
    patient = them.patient(given="Trygve", programme="heart-failure")
    them.report(patient, at=NOW - timedelta(days=2), weight=82.0)
    them.report(patient, weight=84.4, answers={"night": "sitting"})
    row = row_of(get(them), "Trygve")
    assert "Vekt +2,4 kg på 2 døgn" in row
    assert "Måtte sitte for å få puste" in row


def test_a_value_that_is_possible_but_not_likely_is_marked(them: Cast) -> None:
    patient = them.patient(given="Turid")
    them.report(patient, **{**RED, "spo2": 45})
    assert "SpO₂ 45 % (sjekk)" in row_of(get(them), "Turid")
    assert "45 % (sjekk)" in said(get(them, f"/nurse/patient/{patient.person}"))
    them.report(them.patient(given="Randi"), **RED)
    assert "sjekk" not in row_of(get(them), "Randi")


def test_with_nobody_on_the_list_it_says_so(them: Cast) -> None:
    assert "Ingen venter." in said(get(them))


def test_greens_are_apart_and_one_press_covers_what_was_shown(them: Cast) -> None:
    shown, newer, written = (them.patient(given=name) for name in ("Una", "Dua", "Tria"))
    for patient in (shown, newer, written):
        them.report(patient, **GREEN)
    page = get(them)
    assert len(greens(page)) == 3
    them.report(newer, at=NOW + timedelta(minutes=1), **GREEN)
    with acting(written.frame(NOW)):
        send_message(
            patient=written.actor, text="Jeg er svimmel", by=written, at=NOW,
        )  # fmt: skip
    answer = said(post(them, "/nurse/acknowledge", seen=greens(page)))
    assert "1 grønn er kvittert ut." in answer
    assert "2 har fått noe nytt siden du så dem, og står fortsatt." in answer
    assert the_item(them, shown) is None
    assert the_item(them, newer).rank == Rank.GREEN
    assert "Ulest melding: «Jeg er svimmel»" in row_of(get(them), "Tria")


def test_a_doctors_note_stands_on_the_list_until_it_is_read(them: Cast) -> None:
    patient = them.patient(given="Una")
    them.report(patient, **GREEN)
    with them.clock():
        them.browser(them.gp).post(
            f"/doctor/patient/{patient.person}/note",
            {"text": "Se på ham i dag", "patient": str(patient.person)},
        )
    page = get(them)
    assert "Ulest notat fra Marit Prøvestad" in row_of(page, "Una")
    assert greens(page) == []
    record = get(them, f"/nurse/patient/{patient.person}")
    assert "Se på ham i dag" in said(record)
    submit(them, them.browser(them.nurse), panel(record), assessment="usual")
    assert the_item(them, patient) is None
    with them.acting():
        assert Note.objects.get(patient_id=patient.person).read_by_id == them.nurse.person


def test_mine_and_free_show_only_those(them: Cast) -> None:
    mine, free = them.patient(given="Una"), them.patient(given="Dua")
    for patient in (mine, free):
        them.report(patient, **RED)
    post(them, f"/nurse/take/{the_item(them, mine).id}")
    page = get(them, "/nurse/?who=mine")
    assert (bool(row_of(page, "Una")), bool(row_of(page, "Dua"))) == (True, False)
    page = get(them, "/nurse/?who=free")
    assert (bool(row_of(page, "Una")), bool(row_of(page, "Dua"))) == (False, True)


# Taking and giving back


def test_what_i_take_is_mine_and_the_other_sees_who_has_it(them: Cast) -> None:
    patient = them.patient(given="Solveig")
    them.report(patient, **RED)
    item = the_item(them, patient).id
    post(them, f"/nurse/take/{item}")
    assert "Deg" in row_of(get(them), "Solveig")
    assert "Inga Prøvestad tok den i dag 10:00" in row_of(get(them, by=them.other_nurse), "Solveig")
    told = post(them, f"/nurse/take/{item}", by=them.other_nurse)
    assert "Inga Prøvestad tok den i dag 10:00." in said(told)
    post(them, f"/nurse/give-back/{item}")
    assert the_item(them, patient).taken_by_id is None
    assert "Ta Solveig Tindheim" in row_of(get(them, by=them.other_nurse), "Solveig")


def test_taking_what_has_just_been_closed_is_told_and_no_error(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    record = get(them, f"/nurse/patient/{patient.person}")
    form = panel(record)
    submit(them, them.browser(them.other_nurse), form, assessment="usual")
    told = post(them, f"/nurse/take/{form['item'][0]}")
    assert "Den er lukket av en annen." in said(told)


def test_giving_back_what_has_just_been_closed_is_told_and_no_error(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    form = panel(get(them, f"/nurse/patient/{patient.person}"))
    submit(them, them.browser(them.other_nurse), form, assessment="usual")
    client = them.browser(them.nurse)
    client.raise_request_exception = False
    with them.clock():
        answer = client.post(f"/nurse/give-back/{form['item'][0]}")
    assert answer.status_code == 302


def test_back_leads_only_to_the_nurses_own_pages(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    item = the_item(them, patient).id
    client = them.browser(them.nurse)
    with them.clock():
        for back in ("https://evil.example/", "//evil.example/nurse/", "/patient/"):
            answer = client.post(f"/nurse/take/{item}", {"back": back})
            assert answer["Location"] == "/nurse/"


# The panel


def test_the_record_shows_what_is_wrong_and_a_note_already_written(them: Cast) -> None:
    patient = them.patient(given="Solveig")
    them.report(patient, **RED, comment="Tung i dag", answers={"cough": "more"})
    page = get(them, f"/nurse/patient/{patient.person}", minutes=10)
    text = said(page)
    for words in ("Håndter rødt varsel", "Solveig Tindheim", "«Tung i dag»", "Mer hoste"):
        assert words in text, words
    assert panel(page)["note"][0].startswith("Rødt varsel 16.11. 10:00: SpO₂ 86")


def test_greens_acknowledged_in_a_row_are_one_line_of_the_timeline(them: Cast) -> None:
    """Ten quiet days do not hide the day that was not."""
    patient = them.patient(given="Solveig")
    for days in (6, 5, 4, 3, 2, 1):
        at = NOW - timedelta(days=days)
        them.report(patient, at=at, **(RED if days == 4 else GREEN))
        with them.acting(them.nurse, at=at):
            item = open_item(patient.actor)
            assert item is not None
            if days == 4:
                reasons = tuple(one.id for one in reasons_of([item.id])[item.id])
                closing = Closing(item.id, reasons, "worsening", ("phone-answered",), heard_at=at)
                close(closing=closing, by=them.nurse, at=at)
            else:
                seen = [Seen(item.id, item.version, at)]
                acknowledge_greens(seen=seen, by=them.nurse, at=at)
    text = said(get(them, f"/nurse/patient/{patient.person}"))
    assert "Grønn, kvittert 3 ganger, fra 13.11. til 15.11." in text
    assert "Grønn, kvittert 2 ganger, fra 10.11. til 11.11." in text
    assert text.count("Grønn, kvittert") == 2


def test_that_no_doctor_has_signed_the_limits_stands_beside_them(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    assert "ikke signert av lege" in said(get(them, f"/nurse/patient/{patient.person}"))
    assert "ikke signert av en lege" in said(get(them, "/patient/plan", by=patient))


def test_closing_with_contact_writes_the_note_and_goes_to_the_next(them: Cast) -> None:
    first, second = them.patient(given="Una"), them.patient(given="Dua")
    them.report(first, **RED)
    them.report(second, at=NOW + timedelta(minutes=1), **RED)
    client = them.browser(them.nurse)
    form = panel(get(them, f"/nurse/patient/{first.person}"))
    answer = submit(
        them, client, form, assessment="worsening", act=["phone-answered", "guided-by-plan"],
        next=["call-again"], call_at="13:30", note="Snakket med ham.",
    )  # fmt: skip
    assert answer["Location"] == f"/nurse/patient/{second.person}"
    assert the_item(them, first) is None
    with them.acting():
        row = Handling.objects.get(patient_id=first.person)
        assert (row.note, row.assessment, row.acts) == (
            "Snakket med ham.", "worsening", ["phone-answered", "guided-by-plan"],
        )  # fmt: skip
        task = Task.objects.get(patient_id=first.person, occurrence="")
        assert (task.kind, task.due_at) == ("call-again", NOW.replace(hour=13, minute=30))
    timeline = said(get(them, f"/nurse/patient/{first.person}", minutes=10))
    assert "Trolig forverring – ringte, fikk svar, veiledet etter planen" in timeline
    assert "Snakket med ham. Inga Prøvestad" in timeline


def test_a_red_without_contact_keeps_everything_that_was_typed(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    client = them.browser(them.nurse)
    form = panel(get(them, f"/nurse/patient/{patient.person}"))
    answer = submit(
        them, client, form, assessment="no-need", act=["phone-no-answer"], next=["to-gp"],
        call_at="13:30", note="Ringte tre ganger & ingen svar <ennå>",
    )  # fmt: skip
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Rødt lukkes med kontakt. Hvorfor er det ikke behov her?" in said(answer)
    assert panel(answer)["note"] == ["Ringte tre ganger & ingen svar <ennå>"]
    for kept in ('value="no-need"', 'value="phone-no-answer"', 'value="to-gp"'):
        assert re.search(f"{kept}[^>]* checked", html), kept
    assert 'value="13:30"' in html
    assert the_item(them, patient).rank == Rank.RED
    again = submit(them, client, panel(answer), assessment="no-need", why="Innlagt i natt")
    assert again.status_code == 302
    assert the_item(them, patient) is None


def test_what_came_while_working_is_told_and_kept_open(them: Cast) -> None:
    patient = them.patient(given="Solveig")
    them.report(patient, **RED)
    client = them.browser(them.nurse)
    form = panel(get(them, f"/nurse/patient/{patient.person}"))
    them.report(patient, at=NOW + timedelta(minutes=2), **YELLOW)
    submit(them, client, form, assessment="worsening", act="phone-answered")
    with them.clock(NOW + timedelta(minutes=5)):
        told = client.get(f"/nurse/patient/{patient.person}")
    assert "Pasienten står fortsatt på lista: noe nytt kom" in said(told)
    assert [reason.zone for reason in open_reasons(them, patient)] == [2]


def test_what_another_has_is_not_closed_and_the_note_is_not_lost(them: Cast) -> None:
    """«What was typed comes back when it cannot be closed.»"""
    patient = them.patient()
    them.report(patient, **RED)
    client = them.browser(them.nurse)
    form = panel(get(them, f"/nurse/patient/{patient.person}"))
    post(them, f"/nurse/take/{form['item'][0]}", by=them.other_nurse)
    sent = {k: v for k, v in form.items() if k != "item"}
    with them.clock(NOW + timedelta(minutes=5)):
        answer = client.post(
            f"/nurse/handle/{form['item'][0]}",
            {**sent, "assessment": "worsening", "act": "phone-answered", "note": "En lang samtale"},
            follow=True,
        )
    assert "Terje Prøvestad har den nå." in said(answer)
    assert the_item(them, patient).rank == Rank.RED
    assert "En lang samtale" in said(answer), "a whole note is gone"


def test_pressing_close_twice_writes_one_note(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    client = them.browser(them.nurse)
    form = panel(get(them, f"/nurse/patient/{patient.person}"))
    for _ in range(2):
        answer = submit(them, client, form, assessment="worsening", act="phone-answered")
        assert answer.status_code == 302
    with them.acting():
        assert Handling.objects.filter(patient_id=patient.person).count() == 1


def test_a_panel_of_one_patient_never_closes_anothers(them: Cast) -> None:
    one, other = them.patient(), them.patient()
    them.report(one, **YELLOW)
    them.report(other, **YELLOW)
    form = panel(get(them, f"/nurse/patient/{one.person}"))
    form["item"] = [str(the_item(them, other).id)]
    answer = submit(them, them.browser(them.nurse), form, assessment="usual")
    assert answer.status_code == 404
    assert the_item(them, other) is not None


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"assessment": ""}, 422), ({"assessment": "fine"}, 422), ({"reason": "x"}, 400),
     ({"heard_at": "x"}, 400)],
)  # fmt: skip
def test_a_form_that_does_not_hold_together_closes_nothing(
    them: Cast, wrong: dict[str, str], status: int
) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    form = panel(get(them, f"/nurse/patient/{patient.person}"))
    answer = submit(them, them.browser(them.nurse), form, **{"assessment": "usual", **wrong})
    assert answer.status_code == status
    assert the_item(them, patient) is not None


def test_a_clinicians_other_roles_see_the_record_without_the_panel(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    for by, address in ((them.gp, "doctor"), (them.coordinator, "coordinator")):
        page = get(them, f"/{address}/patient/{patient.person}", by=by)
        assert page.status_code == 200
        assert "/nurse/handle/" not in page.content.decode()


# Searching


def test_who_has_not_reported_is_listed(them: Cast) -> None:
    them.patient(given="Stille")
    them.patient(given="Rolig", weekday=3)
    tasks.expect(at=NOW)
    tasks.overdue(at=NOW + timedelta(days=2))
    page = said(get(them, "/nurse/not-reported", minutes=2 * 24 * 60))
    assert ("Stille Tindheim" in page, "Rolig" in page) == (True, False)
