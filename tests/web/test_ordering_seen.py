"""Limits on the screen: what is verified, ordered and tried is what stands there, and no other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tests.people import NOW, Cast
from tests.web.test_ordering import (
    LOWER,
    WHY,
    WORD,
    address,
    filled,
    get,
    limits_of,
    measured,
    post,
)
from tests.web.test_patient_pages import said
from varde.clock import tasks
from varde.core.thresholds import Limits
from varde.measuring.models import Enrolment
from varde.people.viewer import Viewer
from varde.triage import ordering
from varde.triage.ordering import Draft


def stale(them: Cast, patient: Viewer, who: Viewer) -> dict[str, str]:
    """The form of a page that is left open."""
    return filled(get(them, patient, who))


def send(them: Cast, patient: Viewer, who: Viewer, form: dict[str, str], **sent: str) -> Any:
    with them.clock(NOW + timedelta(minutes=1)):
        return them.browser(who).post(address(patient, who), {**form, **sent}, follow=True)


def test_what_another_entered_is_shown_and_not_what_one_had_typed(them: Cast) -> None:
    patient = measured(them, 91, 89)
    post(them, patient, them.nurse, "save", reason=WHY, **LOWER)
    left_open = stale(them, patient, them.other_nurse)
    lowest = {"spo2.warning_low": "80", "spo2.alert_low": "70"}
    post(them, patient, them.nurse, "enter", reason=WHY, **lowest, **WORD)
    for do in ("save", "try", "enter"):
        page = send(them, patient, them.other_nurse, left_open, do=do, **WORD)
        assert "Nå Ført inn Gul under 90 80 Rød under 88 70" in said(page)
        assert "SpO₂, utkast gul < 80 rød < 70" in said(page)
    page = send(them, patient, them.other_nurse, left_open, do="verify")
    assert page.status_code == 409
    assert limits_of(them, patient) == Limits(alert_low=88, warning_low=90)


def test_two_who_draft_see_what_the_other_saved(them: Cast) -> None:
    patient = measured(them, 91, 89)
    left_open = stale(them, patient, them.other_nurse)
    post(them, patient, them.nurse, "save", reason=WHY, **LOWER)
    mine = {"spo2.warning_low": "89", "reason": "Noe helt annet"}
    page = send(them, patient, them.other_nurse, left_open, do="save", **mine)
    assert page.status_code == 409
    assert "Du hadde skrevet: «SpO₂: Gul under 89, rød under 88» «Noe helt annet»" in said(page)
    assert filled(page)["spo2.warning_low"] == "88"
    assert filled(page)["reason"] == WHY


def test_an_old_tab_does_not_put_old_limits_back(them: Cast) -> None:
    patient = measured(them, 91, 89)
    left_open = stale(them, patient, them.gp)
    post(them, patient, them.nurse, "save", reason=WHY, **LOWER)
    page = post(them, patient, them.gp, "order")
    assert "De nye grensene gjelder fra nå." in said(page)
    pulse = {"pulse.warning_high": "110", "reason": WHY, "do": "try"}
    tried = filled(send(them, patient, them.gp, left_open, **pulse))["tried"]
    page = send(them, patient, them.gp, left_open, **{**pulse, "tried": tried, "do": "order"})
    assert page.status_code == 409
    assert limits_of(them, patient) == Limits(alert_low=86, warning_low=88)


def test_a_doctor_orders_what_has_been_tried_and_nothing_else(them: Cast) -> None:
    patient = measured(them, 91, 89)
    page = post(them, patient, them.gp, "order", reason=WHY, **LOWER)
    assert page.status_code == 422
    assert "Se først hva disse grensene ville gitt på pasientens egne dager." in said(page)
    assert "Varsler, 90 dager 1 0" in said(page)
    assert limits_of(them, patient) == Limits(alert_low=88, warning_low=90)
    shown = filled(page)
    page = send(them, patient, them.gp, shown, do="order", **{"spo2.warning_low": "87"})
    assert page.status_code == 422
    page = send(them, patient, them.gp, filled(page), do="order")
    assert "De nye grensene gjelder fra nå." in said(page)


def test_what_cannot_be_read_is_not_tried(them: Cast) -> None:
    patient = measured(them, 91, 87)
    post(them, patient, them.nurse, "save", reason=WHY, **LOWER)
    page = post(them, patient, them.nurse, "try", part="trial", **{"spo2.warning_low": "7o"})
    assert "Noen av tallene kan ikke leses, og er ikke prøvd." in said(page)
    assert "Varsler" not in said(page)


def test_every_kind_of_an_order_is_shown_whatever_is_measured_now(them: Cast) -> None:
    patient = measured(them, 91)
    post(them, patient, them.nurse, "enter", reason=WHY, **LOWER, **WORD)
    with them.acting():
        for row in Enrolment.objects.filter(patient_id=patient.person):
            row.period = DateTimeTZRange(row.period.lower, NOW)
            row.save(update_fields=["period"])
    text = said(get(them, patient, them.other_nurse, minutes=1))
    assert "SpO₂ % Grense Nå Ført inn Gul under 90 88 Rød under 88 86" in text


def test_a_bound_that_is_taken_away_is_said(them: Cast) -> None:
    patient = measured(them, 91)
    sent = {"spo2.warning_low": "88", "spo2.alert_low": ""}
    post(them, patient, them.nurse, "enter", reason=WHY, **sent, **WORD)
    assert "Blir uten grense: rød under" in said(get(them, patient, them.other_nurse))


def test_another_sends_it_back_and_does_not_make_it_go_away(them: Cast) -> None:
    patient = measured(them, 91)
    post(them, patient, them.nurse, "enter", reason=WHY, **LOWER, **WORD)
    page = post(them, patient, them.other_nurse, "withdraw")
    assert "Den som førte inn, kan trekke det." in said(page)
    page = post(them, patient, them.nurse, "withdraw")
    assert "Kom ikke i kraft." in said(page)


def test_a_nul_does_no_harm(them: Cast) -> None:
    patient = measured(them, 91)
    page = post(them, patient, them.nurse, "save", reason=f"{WHY}\0", **LOWER)
    assert page.status_code == 200
    assert filled(page)["reason"] == WHY


def test_the_first_days_of_a_span_are_judged_by_what_came_before_them(them: Cast) -> None:
    patient = them.patient(programme="heart-failure", began=them.at - timedelta(days=130))
    for day in range(125, 0, -1):
        them.report(patient, at=them.at - timedelta(days=day), weight=80.0)
    text = said(get(them, patient, them.nurse))
    assert "89 måledager siste 90 dager" in text  # today is the ninetieth
    assert "Siste 90 dager Grønn 89 Grønn 89 Siste 30 dager Grønn 29 Grønn 29" in text


def test_limits_of_ones_own_outside_the_programme_are_tried_too(them: Cast) -> None:
    patient = measured(them, 91)
    with them.acting(them.gp) as by:
        warm = {"temperature": Limits(None, None, 38.0, 39.0)}
        ordering.order(Draft(patient.actor, warm, WHY), by=by, at=them.at - timedelta(hours=2))
    them.report(patient, at=them.at - timedelta(hours=1), temperature=39.5)
    text = said(get(them, patient, them.nurse))
    assert "Varsler, 90 dager 1 1" in text


def test_a_doctor_who_does_not_answer_is_work(them: Cast) -> None:
    patient = measured(them, 91)
    post(them, patient, them.nurse, "ask", reason=WHY, **LOWER)
    later = NOW + timedelta(days=3)
    tasks.due_tasks(at=later)
    with them.clock(later):
        listed = said(them.browser(them.nurse).get("/nurse/"))
    assert "Legen har ikke svart på utkastet til grenser" in listed
    page = get(them, patient, them.gp, minutes=3 * 24 * 60)
    with them.clock(later):
        them.browser(them.gp).post(address(patient, them.gp), {**filled(page), "do": "order"})
    with them.clock(later + timedelta(minutes=5)):
        listed = said(them.browser(them.nurse).get("/nurse/"))
    assert "Legen har ikke svart på utkastet til grenser" not in listed
