"""The plan's pages at their edges: what stays in the form, what was withdrawn or not seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pypdfium2 import PdfDocument

from tests.people import Cast
from tests.plan.agreed import approved, draft, proposed, responsible, seen
from tests.web.forms import form_of
from tests.web.test_patient_pages import said
from tests.web.test_plan_page import get, press
from varde.core.plan import decoded
from varde.core.thresholds import Limits
from varde.dialogue.actions import send_letter
from varde.people.viewer import Viewer
from varde.plan import approving, doing, queries
from varde.triage import ordering
from varde.triage.ordering import Draft


@pytest.fixture
def patient(them: Cast) -> Viewer:
    one = them.patient()
    responsible(them, one)
    return one


def test_a_dose_without_a_medicine_and_a_number_that_is_none_stay_in_the_form(
    them: Cast, patient: Viewer
) -> None:
    draft(them, patient)
    at = "copd.red.m.new1"
    form = {"section": "copd", "copd.red.m": "new1", f"{at}.dose": "20 mg × 1",
            f"{at}.days": "sju"}  # fmt: skip
    kept = form_of(press(them, them.nurse, patient, "save", "/edit", **form))
    assert (kept[f"{at}.dose"], kept[f"{at}.days"]) == ("20 mg × 1", "sju")


def test_a_draft_made_anew_by_another_is_not_written_over(them: Cast, patient: Viewer) -> None:
    row = draft(them, patient)
    press(them, them.other_nurse, patient, "drop")
    press(them, them.other_nurse, patient, "begin")
    press(them, them.other_nurse, patient, "save", "/edit", section="copd", matters="Andres ord")
    old = {"plan": str(row.id), "edition": str(row.edition), "section": "copd"}
    answer = press(them, them.nurse, patient, "save", "/edit", matters="Mine ord", **old)
    assert answer.status_code == 409 and "Andres ord" in said(answer)
    with them.acting():
        now = queries.open_plan(patient.actor)
        assert now is not None and decoded(now.content).matters == "Andres ord"


def test_who_is_refused_to_send_is_not_in_conflict_with_the_own_draft(
    them: Cast, patient: Viewer
) -> None:
    press(them, them.nurse, patient, "begin")
    form = form_of(get(them, them.nurse, patient, "/edit"))
    kept = form_of(press(them, them.nurse, patient, "propose", "/edit", **form))
    answer = press(them, them.nurse, patient, "save", "/edit", **kept)
    assert "Utkastet er lagret" in said(answer)


@pytest.mark.parametrize(
    "form",
    [
        {"section": "co\0pd"},
        {"section": ""},
        {"section": "foo"},
        {"review_on": "9999-12-31"},
        {"copd.red.m": "A b/c"},
    ],
)
def test_a_hostile_draft_is_no_error_page(
    them: Cast, patient: Viewer, form: dict[str, str]
) -> None:
    draft(them, patient)
    filled = {"section": "copd", "copd.red.m.A b/c.drug": "X", **form}
    answer = press(them, them.nurse, patient, "save", "/edit", **filled)
    assert answer.status_code in (200, 409, 422)


def test_a_plan_for_two_conditions_is_one_page(them: Cast) -> None:
    both = them.both()
    responsible(them, both)
    approved(them, both)
    assert len(PdfDocument(get(them, them.nurse, both, ".pdf").content)) == 1


def test_the_nurse_takes_back_what_was_said_by_mistake(them: Cast, patient: Viewer) -> None:
    row = approved(them, patient)
    with them.acting(them.nurse):
        made = doing.start_course(patient=patient.actor, plan=row.id, medication="pred",
                                  started_on=them.at.date(), asked=False, by=them.nurse,
                                  at=them.at)  # fmt: skip
    text = said(press(them, them.nurse, patient, "strike", course=str(made.id)))
    assert "tatt tilbake" in text
    with them.clock():
        row_text = said(them.browser(them.nurse).get("/nurse/"))
    assert "Tatt tilbake av sykepleier" in row_text


def test_the_plan_that_others_approved_is_news_to_the_coordinator(
    them: Cast, patient: Viewer
) -> None:
    approved(them, patient)
    with them.clock():
        browser = them.browser(them.coordinator)
        assert "Nye planer til orientering" in said(browser.get("/coordinator/"))
        browser.get(f"/coordinator/patient/{patient.person}/care")  # where no plan is shown
        assert "Nye planer til orientering" in said(browser.get("/coordinator/"))
        browser.get(f"/coordinator/patient/{patient.person}")
        assert "Nye planer til orientering" not in said(browser.get("/coordinator/"))


def test_a_plan_that_is_withdrawn_is_news_to_those_who_had_it(them: Cast, patient: Viewer) -> None:
    """They may act by what hangs on the wall; the patient and the service are told besides."""
    row = approved(them, patient)
    with them.acting(them.gp) as by:
        approving.withdraw(patient=patient.actor, plan=row.id, why="Prednisolon tåles ikke", by=by,
                           at=them.at)  # fmt: skip
    later = them.at + timedelta(minutes=1)
    with them.clock(later):
        for who, front in ((them.coordinator, "/coordinator/"), (them.nurse, "/nurse/tasks")):
            text = said(them.browser(who).get(front))
            assert "Planer som er trukket tilbake" in text and "Prednisolon tåles ikke" in text
        browser = them.browser(them.coordinator)
        browser.get(f"/coordinator/patient/{patient.person}/plan")
        assert "Planer som er trukket tilbake" not in said(browser.get("/coordinator/"))


def test_a_letter_to_the_service_stands_among_its_tasks(them: Cast, patient: Viewer) -> None:
    with them.acting(them.gp) as by:
        send_letter(patient=patient.actor, to=them.units["service"], kind="meeting",
                    text="Notat fra møtet", by=by, at=them.at)  # fmt: skip
    with them.clock(them.at + timedelta(minutes=1)):
        browser = them.browser(them.nurse)
        assert "Nye brev" in said(browser.get("/nurse/tasks"))
        browser.get(f"/nurse/patient/{patient.person}")
        assert "Nye brev" not in said(browser.get("/nurse/tasks"))


def test_a_draft_that_came_to_nothing_is_still_told_of(them: Cast, patient: Viewer) -> None:
    draft(them, patient)
    press(them, them.nurse, patient, "drop")
    assert "Utkast, forkastet" in said(get(them, them.gp, patient))


def test_a_plan_is_not_approved_with_limits_that_were_not_seen(them: Cast, patient: Viewer) -> None:
    proposed(them, patient)
    with them.acting(them.gp):
        wish = Draft(patient.actor, {"spo2": Limits(alert_low=84, warning_low=86)}, reason="Stabil")
        ordering.order(wish, by=them.gp, at=them.at)
    answer = press(them, them.gp, patient, "approve", seen="another")
    assert answer.status_code == 409 and "Grensene, eller det som er vanlig" in said(answer)
    with them.acting():
        assert queries.in_force(patient.actor) is None


def test_after_one_that_was_withdrawn_nothing_is_called_the_same(
    them: Cast, patient: Viewer
) -> None:
    row = approved(them, patient)
    press(them, them.gp, patient, "withdraw", plan=str(row.id), why="Reagerte på medisinen")
    proposed(them, patient)
    text = said(get(them, them.gp, patient))
    assert "Versjon 1 ble trukket tilbake av" in text and "«Reagerte på medisinen»" in text
    assert "(uendret)" not in text


def test_a_refused_approval_keeps_nothing_of_what_was_half_done(
    them: Cast, patient: Viewer
) -> None:
    row = proposed(them, patient)
    press(them, them.gp, patient, "approve", "/edit", section="copd", matters="Halvferdig")
    assert decoded(seen(them, row.id).content).matters == decoded(row.content).matters
