"""What stands before everyone in a meeting, and the notes and minutes that come of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.hospital import Hospital, treated
from tests.pathway.met import FRIDAY, WHY, convened, decide, gone_through, put
from tests.people import Cast
from tests.plan.agreed import approved, responsible
from tests.web.at_a_meeting import begun, get, post, yellow
from varde.core.meeting import Decided
from varde.dialogue.models import Letter
from varde.pathway.meeting.minutes import LONGEST_NOTE
from varde.pathway.models import Case
from varde.people.viewer import Viewer


@pytest.fixture
def patient(them: Cast) -> Viewer:
    return yellow(them)


def test_all_that_is_talked_of_stands_before_everyone(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    responsible(them, patient)
    approved(them, patient)
    case = begun(them, there, patient)
    for by in (there.specialist, there.coordinator, them.nurse):
        here = f"meeting/{case.meeting_id}/patient/{case.id}"
        html = get(them, by, here).content.decode()
        assert WHY in html and 'class="v-chart' in html
        assert "Prednisolon: 20 mg × 1" in html and "Jeg vil til hytta i påsken" in html
        assert "Gå til butikken uten å sette meg" in html
        assert "88 til under 90" in html  # the limits of now


def test_what_is_decided_while_the_notes_are_read_is_not_sent_unseen(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    case = begun(them, there, patient)
    decide(them, case, there.specialist, Decided.STAY, "")
    shown = get(them, there.coordinator, f"meeting/{case.meeting_id}")
    edition = shown.content.decode().split('name="edition" value="')[1].split('"')[0]
    decide(them, case, there.specialist, Decided.MEDICATION)
    no = post(them, there.coordinator, f"meeting/{case.meeting_id}", do="end", edition=edition)
    assert no.status_code == 422 and "Se over notatene på nytt" in no.content.decode()
    with them.acting(them.nurse):
        assert not Letter.objects.exists()


def test_what_is_added_in_words_goes_out_with_the_note_and_stays_when_refused(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    case = begun(them, there, patient)
    decide(them, case, there.specialist, Decided.STAY, "")
    address = f"meeting/{case.meeting_id}"
    edition = get(them, there.coordinator, address).content.decode()
    edition = edition.split('name="edition" value="')[1].split('"')[0]
    form = {"do": "end", "edition": edition, f"more-{case.id}": "Datteren var med\r\nog er enig."}
    decide(them, case, there.specialist, Decided.MEDICATION)
    no = post(them, there.coordinator, address, **form)
    assert no.status_code == 422 and "Datteren var med" in no.content.decode()
    edition = no.content.decode().split('name="edition" value="')[1].split('"')[0]
    form["edition"] = edition
    much = {f"more-{case.id}": "x" * (LONGEST_NOTE + 1)}
    long = post(them, there.coordinator, address, **form | much)
    assert long.status_code == 422
    post(them, there.coordinator, address, **form)
    with them.acting(them.nurse):
        texts = set(Letter.objects.values_list("text", flat=True))
    assert len(texts) == 1 and texts.pop().endswith("Datteren var med\nog er enig.")
    record = get(them, them.nurse, f"patient/{patient.person}").content.decode()
    assert record.count("Brev til ") == 1  # one letter to all who have it


def test_no_button_of_the_page_loses_what_is_typed_in_a_note(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    case = begun(them, there, patient)
    other = put(them, case.meeting, them.patient(given="Arvid", family="Skogheim"))
    decide(them, case, there.specialist, Decided.STAY, "Fortsetter")
    gone_through(them, case, there.coordinator)
    here, note = f"meeting/{case.meeting_id}", {f"more-{case.id}": "Datteren var med."}
    for do in ("see", "attend", f"invite {other.id}", f"remove {other.id}"):
        told = post(them, there.coordinator, here, **note, do=do, person=[them.nurse.person])
        assert told.status_code == 200
        assert ">Datteren var med.</textarea>" in told.content.decode(), do
    with them.acting(them.nurse):
        assert Case.objects.get(id=other.id).stage == "removed"
        assert not Letter.objects.exists()


def test_the_minutes_show_whom_one_still_reaches(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    kept = them.patient(given="Arvid", family="Skogheim")
    treated(them, kept)
    row = convened(them, there.coordinator)
    for one in (put(them, row, patient), put(them, row, kept)):
        if one.patient_id == patient.person:
            post(them, there.coordinator, f"meeting/{row.id}", do="start")
        decide(them, one, there.specialist, Decided.STAY, "Fortsetter")
        gone_through(them, one, there.coordinator)
    page = get(them, there.coordinator, f"meeting/{row.id}").content.decode()
    edition = page.split('name="edition" value="')[1].split('"')[0]
    post(them, there.coordinator, f"meeting/{row.id}", do="end", edition=edition)
    later = FRIDAY + timedelta(days=3)
    told = get(them, there.coordinator, f"meeting/{row.id}", at=later).content.decode()
    assert "Arvid" in told and "Solveig" not in told
    nurse = get(them, them.nurse, f"meeting/{row.id}", at=later).content.decode()
    assert "Arvid" in nurse and "Solveig" in nurse


def test_the_notes_say_by_when_also_where_no_day_was_typed(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    case = begun(them, there, patient)
    decide(them, case, there.specialist, Decided.ASK_GP, "Kreatinin og kalium")
    told = get(them, there.specialist, f"meeting/{case.meeting_id}").content.decode()
    assert re.search(r"Spør fastlegen: Kreatinin og kalium.*innen \d", told)
