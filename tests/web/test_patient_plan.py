"""My plan: opened at today's zone, ticked off, a rescue pack started, one's own words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace
from pypdfium2 import PdfDocument

from tests.people import Cast
from tests.plan.agreed import PACK, approved, responsible, withdrawn
from tests.web.test_patient_pages import said
from varde.catalogue import queries as programmes
from varde.core.plan import Leave, decoded, steps
from varde.measuring import actions as measuring
from varde.measuring.models import Pause
from varde.people.viewer import Viewer
from varde.plan import queries
from varde.plan.doing import start_course
from varde.triage.models import Reason

SAT_NIGHT = timedelta(hours=12)


@pytest.fixture
def patient(them: Cast) -> Viewer:
    one = them.patient()
    responsible(them, one)
    return one


def page(them: Cast, patient: Viewer, address: str = "/patient/plan", at: Any = None) -> Any:
    with them.clock(at):
        return them.browser(patient).get(address)


def send(them: Cast, patient: Viewer, address: str, at: Any = None, **form: Any) -> Any:
    with them.clock(at):
        return them.browser(patient).post(address, form, follow=True)


def test_it_opens_at_todays_zone(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    them.report(patient, spo2=89)
    text = said(page(them, patient))
    assert "Gul: litt verre enn vanlig" in text and "Du er her" in text
    assert "Tyngre i pusten enn vanlig" in text and "Oksygen 88 til under 90 %" in text
    assert f"Godkjent av {them.gp.name}" in text and "Versjon 1" in text


def test_a_zone_of_a_day_that_has_been_says_when_and_not_that_one_is_there(
    them: Cast, patient: Viewer
) -> None:
    approved(them, patient)
    them.report(patient, spo2=93)
    text = said(page(them, patient, at=them.at + timedelta(days=8)))
    assert "Sist målt 16. november" in text and "Du er her" not in text


def test_without_one_the_common_advice_says_that_it_is_not_the_own(
    them: Cast, patient: Viewer
) -> None:
    text = said(page(them, patient))
    assert "Du har ikke fått en egen plan ennå" in text and "Felles råd for alle" in text


def test_a_draft_is_not_seen_by_the_patient(them: Cast, patient: Viewer) -> None:
    from tests.plan.agreed import proposed

    proposed(them, patient)
    text = said(page(them, patient, "/patient/plan?zone=red"))
    assert "Prednisolon" not in text and "Du har ikke fått en egen plan ennå" in text


def test_the_result_shows_the_plan_of_the_zone_to_tick_off(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    them.report(patient, answers={"breathing": "worse"}, spo2=95)
    text = said(page(them, patient, "/patient/result/"))
    with them.clock():
        result = said(them.browser(patient).get("/patient/result/", follow=True))
    assert "Dette sier planen din" in result and "Pust ut med spisse lepper" in result
    assert text is not None and "Felles råd for alle" not in result


def test_what_is_ticked_stays_and_the_nurse_sees_it(them: Cast, patient: Viewer) -> None:
    row = approved(them, patient)
    step = steps(decoded(row.content).sections[0], "yellow")[1]
    send(
        them,
        patient,
        "/patient/plan/tick",
        plan=str(row.id),
        zone="yellow",
        step=[step.key],
        day="2026-11-16",
    )
    html = page(them, patient, "/patient/plan?zone=yellow").content.decode()
    assert f'value="{step.key}" checked' in html
    with them.clock():
        text = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}"))
    assert f"i dag: {step.text}" in text
    assert "Gjorde 1 ting fra planen" in text


@pytest.mark.parametrize(
    "form",
    [
        {"plan": "x"},
        {"zone": "blue"},
        {"step": ["copd.yellow.nothing.1"]},
        {"zone": "\0"},
        {"day": "2026-11-15"},
        {"day": ""},
    ],
)
def test_a_tick_of_what_is_not_there_changes_nothing(
    them: Cast, patient: Viewer, form: dict[str, Any]
) -> None:
    row = approved(them, patient)
    filled = {"plan": str(row.id), "zone": "yellow", "day": "2026-11-16", **form}
    with them.clock():
        answer = them.browser(patient).post(
            "/patient/plan/tick", filled, headers={"X-Part": "tick"}
        )
    assert answer.status_code == 409
    with them.acting():
        assert queries.ticks(patient.actor, since=them.at.date()) == []


def test_a_rescue_pack_is_started_and_told_of(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    text = said(page(them, patient, "/patient/plan/start/pred"))
    assert "20 mg × 1, i 7 dager, høyst 2 kurer på 90 dager" in text
    assert "Du kan starte alene." in text and "Har du snakket med en lege" not in text
    answer = said(send(them, patient, "/patient/plan/start/pred", day="2026-11-16"))
    assert "Du har startet Prednisolon" in answer and "De er der til kl. 15." in answer
    with them.clock():
        row = said(them.browser(them.nurse).get("/nurse/"))
        record = them.browser(them.nurse).get(f"/nurse/patient/{patient.person}").content.decode()
    assert "Startet Prednisolon" in row
    drawn = record.split('class="v-chart-split"')[1].split("</svg></div>")[0]
    assert "Prednisolon" in drawn and "Prednisolon" in record.split('id="timeline-h"')[1]


def test_one_to_ask_for_says_whom_to_call_and_asks_whether_it_was(
    them: Cast, patient: Viewer
) -> None:
    approved(them, patient, pack=replace(PACK, leave=Leave.ASK))
    start = "/patient/plan/start/pred"
    text = said(page(them, patient, start))
    assert "Ring før du starter" in text and "Spør en lege før du starter." in text
    answer = send(them, patient, start, day="2026-11-16")
    assert answer.status_code == 422 and "Svar på om du har snakket med en lege" in said(answer)
    answer = said(send(them, patient, start, day="2026-11-16", asked="no"))
    assert "Ring, så dere får snakket sammen" in answer
    with them.clock():
        assert "Lege skulle vært spurt, og er ikke spurt" in said(
            them.browser(them.nurse).get("/nurse/")
        )


def test_a_second_course_says_how_many_there_have_been_and_is_red(
    them: Cast, patient: Viewer
) -> None:
    approved(them, patient, pack=replace(PACK, most=1))
    send(them, patient, "/patient/plan/start/pred", day="2026-11-14")
    text = said(page(them, patient, "/patient/plan/start/pred"))
    assert "Du har startet den 1 gang siden" in text
    assert "Planen sier høyst 1. Ring før du starter igjen." in text
    send(them, patient, "/patient/plan/start/pred", day="2026-11-16", asked="no")
    with them.acting():
        zones = Reason.objects.filter(patient_id=patient.actor, kind="task").order_by("id")
        assert [one.zone for one in zones] == [2, 3]
    with them.clock():
        assert "nr. 2 siden 19.8. Planen sier høyst 1" in said(
            them.browser(them.nurse).get("/nurse/")
        )


def test_outside_opening_hours_the_answer_says_when_somebody_looks(
    them: Cast, patient: Viewer
) -> None:
    approved(them, patient)
    at = them.at + SAT_NIGHT
    text = said(send(them, patient, "/patient/plan/start/pred", at=at, day="2026-11-16"))
    assert "Oppfølgingstjenesten ser dette tirsdag 17. november kl. 9." in text
    assert "113" in text and "116 117" in text


def test_one_pressed_by_mistake_is_taken_back_by_the_patient(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    send(them, patient, "/patient/plan/start/pred", day="2026-11-16")
    assert "Du startet Prednisolon 16. november." in said(page(them, patient))
    with them.acting(patient):
        (made,) = queries.courses(patient.actor)
    text = said(send(them, patient, f"/patient/plan/course/{made.id}/strike"))
    assert "Du startet Prednisolon" not in text


def test_a_medicine_that_is_not_in_the_plan_cannot_be_started(them: Cast, patient: Viewer) -> None:
    assert page(them, patient, "/patient/plan/start/pred").status_code == 404
    approved(them, patient)
    assert page(them, patient, "/patient/plan/start/other").status_code == 404
    assert page(them, patient, f"/patient/plan/started/{uuid4()}").status_code == 404
    answer = send(them, patient, "/patient/plan/start/pred", day="2026-11-40")
    assert answer.status_code == 422 and "Velg hvilken dag du startet." in said(answer)


def test_a_pack_started_from_a_plan_that_was_withdrawn_meanwhile_is_told_of(
    them: Cast, patient: Viewer
) -> None:
    row = approved(them, patient)
    withdrawn(them, row)
    start = "/patient/plan/start/pred"
    answer = said(send(them, patient, start, plan=str(row.id), day="2026-11-16"))
    assert "Ring, så dere får snakket sammen" in answer
    with them.clock():
        assert "Planen den sto i, gjelder ikke lenger" in said(
            them.browser(them.nurse).get("/nurse/")
        )


def test_who_hears_of_a_withdrawn_plan_can_say_what_is_started_already(
    them: Cast, patient: Viewer
) -> None:
    """The paper hangs there: from the phone, or to the nurse who answers it."""
    row = approved(them, patient)
    withdrawn(them, row)
    front = page(them, patient, "/patient/").content.decode()
    assert 'href="/patient/plan/start/pred"' in front
    start = said(page(them, patient, "/patient/plan/start/pred"))
    assert "Ikke start denne medisinen nå." in start and "20 mg" not in start
    answer = said(send(them, patient, "/patient/plan/start/pred", plan=str(row.id),
                       day="2026-11-15"))  # fmt: skip
    assert "Ring, så dere får snakket sammen" in answer
    with them.clock():
        nurse = them.browser(them.nurse)
        at_nurse = f"/nurse/patient/{patient.person}/plan"
        text = nurse.get(at_nurse).content.decode()
        assert f'value="{row.id}.pred">Prednisolon (versjon 1, gjelder ikke)' in text
        nurse.post(at_nurse, {"patient": str(patient.person), "do": "start",
                              "medication": f"{row.id}.pred", "day": "2026-11-16"})  # fmt: skip
        text = said(nurse.get(at_nurse))
    assert text.count("Det var feil Prednisolon") == 2


def test_the_answer_is_about_what_was_just_told(them: Cast, patient: Viewer) -> None:
    approved(them, patient, pack=replace(PACK, most=1))
    send(them, patient, "/patient/plan/start/pred", day="2026-11-16")
    answer = said(send(them, patient, "/patient/plan/start/pred", asked="no", day="other",
                       other="2026-11-08"))  # fmt: skip
    assert "Ring, så dere får snakket sammen" in answer


def test_of_a_condition_that_the_plan_lacks_the_advice_for_all_stands(them: Cast) -> None:
    patient = them.patient(began=them.at - timedelta(days=60))
    responsible(them, patient)
    approved(them, patient)
    with them.acting() as by:
        measuring.enrol(
            patient=patient.actor, programme=programmes.newest("heart-failure"),
            unit=them.units["service"], service_model=1, weekday=0, by=by, at=them.at,
        )  # fmt: skip
    at = them.at + timedelta(minutes=5)
    them.report(patient, at=at, weight=80)
    later = at + timedelta(days=2)
    them.report(patient, at=later, weight=84.5)
    with them.clock(later):
        text = said(them.browser(patient).get("/patient/result/", follow=True))
        mine = said(them.browser(patient).get("/patient/plan?zone=red"))
    assert "Det planen din ikke sier noe om" in text and "Prednisolon" not in text
    assert "Det planen din ikke sier noe om" in mine


def test_a_new_plan_is_told_of_on_the_first_page(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    assert "Du har fått en ny plan" in said(page(them, patient, "/patient/"))


def test_what_is_usual_stands_in_the_patients_plan(them: Cast, patient: Viewer) -> None:
    for n in range(3):
        them.report(patient, at=them.at - timedelta(days=9 - n), spo2=94)
    approved(them, patient)
    assert "Vanlig for meg Oksygen 94 %" in said(page(them, patient))


def test_the_patients_own_words_are_kept_and_stand_beside_the_plan(
    them: Cast, patient: Viewer
) -> None:
    answer = send(them, patient, "/patient/plan/goals", goals=" ", needs="")
    assert answer.status_code == 422
    send(them, patient, "/patient/plan/goals", goals="Til hytta", needs="Hjelp med slimet")
    assert "Til hytta" in page(them, patient, "/patient/plan/goals").content.decode()
    with them.clock():
        text = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}/plan"))
    assert "«Til hytta»" in text and "«Hjelp med slimet»" in text


def test_after_an_admission_the_plan_says_it_is_from_before(them: Cast, patient: Viewer) -> None:
    from varde.triage.models import Task

    approved(them, patient)
    them.report(patient, spo2=95)
    with them.acting():
        Task.objects.create(patient_id=patient.actor, unit_id=them.units["service"],
                            kind="review-plan", occurrence="back-1", raised_at=them.at,
                            due_at=them.at)  # fmt: skip
    told = "Dette er fra før innleggelsen"
    assert told in said(page(them, patient))
    with them.clock():
        assert told in said(them.browser(patient).get("/patient/result/", follow=True))
        pdf = them.browser(patient).get("/patient/plan.pdf")
    from pypdfium2 import PdfDocument

    assert "Fra før innleggelsen" in PdfDocument(pdf.content)[0].get_textpage().get_text_bounded()


def test_the_patients_own_plan_is_nobody_elses(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    other = them.patient(given="Una")
    assert "Prednisolon" not in said(page(them, other, "/patient/plan?zone=red"))
    assert page(them, other, "/patient/plan.pdf").status_code == 404


def test_what_was_started_stands_on_the_patients_own_curve(them: Cast, patient: Viewer) -> None:
    held = approved(them, patient, at=them.at - timedelta(days=9))
    for n in range(8, 0, -1):
        them.report(patient, at=them.at - timedelta(days=n), spo2=91)
    for days in (5, 9):
        with them.acting(patient):
            day = them.at.date() - timedelta(days=days)
            start_course(patient=patient.actor, plan=held.id, medication=PACK.id, asked=False,
                         started_on=day, by=patient, at=them.at)  # fmt: skip
    shown = page(them, patient, "/patient/history?kind=spo2&days=14")
    assert shown.content.decode().count('class="v-moment"') == 3
    assert "1: Du startet Prednisolon 7. november." in said(shown)
    assert "2: Ny plan, versjon 1 7. november." in said(shown)
    assert "3: Du startet Prednisolon 11. november." in said(shown)


def test_a_stay_in_hospital_stands_on_the_patients_own_curve(them: Cast, patient: Viewer) -> None:
    them.report(patient, at=them.at - timedelta(days=9), spo2=91)
    first = them.at.date() - timedelta(days=7)
    with them.acting(them.nurse, at=them.at - timedelta(days=8)) as by:
        Pause.objects.create(
            patient_id=patient.actor, why="admitted", first=first,
            last=first + timedelta(days=3), begun_by_id=by.actor,
            begun_at=them.at - timedelta(days=8),
        )  # fmt: skip
    shown = said(page(them, patient, "/patient/history?kind=spo2&days=14"))
    assert "1: Innlagt på sykehus 9. november." in shown
    assert "2: Siste dag på sykehus 12. november." in shown


def test_the_patient_agrees_or_says_what_to_talk_of(them: Cast, patient: Viewer) -> None:
    """The plan is in force meanwhile; the nurse has what was written; the paper says who agreed."""
    row = approved(them, patient)
    sent = {"plan": str(row.id), "agrees": "no", "text": " "}
    no = send(them, patient, "/patient/plan/agree", **sent)
    assert no.status_code == 422 and "Skriv med få ord" in said(no)
    sent["text"] = "Jeg tåler ikke prednisolon"
    answer = said(send(them, patient, "/patient/plan/agree", **sent))
    assert "Du ba om å snakke om planen 16. november. Sykepleieren ser det." in answer
    send(them, patient, "/patient/plan/agree", **sent)  # pressed twice
    with them.acting():
        (reason,) = Reason.objects.filter(patient_id=patient.actor, kind="task", open=True)
        assert reason.about["task_kind"] == "plan-not-agreed"
    with them.clock():
        text = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}"))
        assert "Jeg tåler ikke prednisolon" in text
    later = them.at + timedelta(hours=1)
    send(them, patient, "/patient/plan/agree", later, plan=str(row.id), agrees="yes")
    assert "Du sa deg enig 16. november." in said(page(them, patient, at=later))
    with them.clock(later):
        text = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}/plan"))
        paper = them.browser(patient).get("/patient/plan.pdf").content
    assert "Pasienten sa seg enig" in text
    on_paper = PdfDocument(paper)[0].get_textpage().get_text_bounded()
    assert "Pasienten sa seg enig" in on_paper


def test_nobody_agrees_for_another_or_to_another_version(them: Cast, patient: Viewer) -> None:
    row = approved(them, patient)
    other = them.patient(given="Una")
    for who, plan in ((other, str(row.id)), (patient, str(uuid4())), (patient, "x")):
        send(them, who, "/patient/plan/agree", plan=plan, agrees="yes")
    with them.acting(patient):
        assert queries.agreement(row.id) is None
