"""What a department calls off, and what it is asked to do itself: said where it is looked for."""

from __future__ import annotations

from datetime import timedelta

from tests.hospital import Hospital, treated
from tests.pathway.met import DAY, FRIDAY, convened
from tests.people import NOW, Cast
from tests.web.at_a_meeting import get, post
from tests.web.test_care_page import asked, send
from tests.web.test_patient_pages import said
from varde.clock import tasks as clock
from varde.pathway.models import Meeting
from varde.pathway.together import slots
from varde.triage.models import Task

LATER = NOW + timedelta(hours=2)


def test_the_patient_is_told_that_a_time_is_called_off_and_why(them: Cast, there: Hospital) -> None:
    patient = them.patient(given="Solveig", family="Tindheim")
    treated(them, patient)
    with them.acting(there.coordinator) as by:
        (slot,) = slots.keep(starts=[NOW + 3 * DAY], minutes=30, how="visit", by=by, at=NOW)
    row = asked(them, patient)
    send(them, there.coordinator, patient, "book", request=row.id, slot=slot.id, text="")
    shown = said(get(them, there.coordinator, f"patient/{patient.person}/care", at=LATER))
    assert "Avlys timen med begrunnelse" in shown
    send(them, there.coordinator, patient, "decline", request=row.id, text="Legen er syk")
    with them.clock(LATER):
        mine = said(them.browser(patient).get("/patient/"))
    assert "er avlyst" in mine and "«Legen er syk»" in mine
    assert "«Legen er syk»" in said(get(them, them.nurse, "", at=LATER))


def test_a_doctor_sees_and_does_what_the_department_is_asked(them: Cast, there: Hospital) -> None:
    row = convened(them, there.specialist)
    clock.departments(at=FRIDAY + DAY)
    with them.acting(there.specialist):
        task = Task.objects.get(kind="meeting-not-held", occurrence=str(row.id))
    for who in (there.specialist, there.coordinator):
        assert "Møtet ble ikke startet" in said(get(them, who, "", at=FRIDAY + DAY))
    assert "Møtet ble ikke startet" not in said(
        get(them, there.other_specialist, "", at=FRIDAY + DAY)
    )
    with them.clock(FRIDAY + DAY):
        no = them.browser(there.other_specialist).post(f"/doctor/tasks/{task.id}", follow=True)
        assert "eller er en annens" in said(no)
        yes = them.browser(there.specialist).post(f"/doctor/tasks/{task.id}", follow=True)
    assert "Møtet ble ikke startet" not in said(yes)


def test_a_series_is_changed_and_ended_on_the_page(them: Cast, there: Hospital) -> None:
    row = convened(them, there.coordinator)
    said_now = {"day": "2026-11-21", "time": "12:00", "place": "Video", "minutes": "45"}
    post(them, there.coordinator, f"meeting/{row.id}", do="move", weeks="2", **said_now)
    with them.acting(there.coordinator):
        now = Meeting.objects.get(id=row.id)
    assert (now.minutes, now.every_weeks, now.series_at) == (45, 2, row.starts_at)
    wrong = post(them, there.coordinator, f"meeting/{row.id}", do="move", weeks="9", **said_now)
    assert wrong.status_code == 422
    post(them, there.coordinator, f"meeting/{row.id}", do="call-off-all")
    with them.acting(there.coordinator):
        assert not Meeting.objects.exclude(stage="called-off").exists()
