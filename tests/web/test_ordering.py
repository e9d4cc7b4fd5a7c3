"""Limits on the screen, without script: tried, ordered, verified, and refused kindly."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tests.people import NOW, Cast
from tests.web.test_patient_pages import said
from varde.audit.models import Opening
from varde.clock import tasks
from varde.core.ordering import Stage
from varde.core.thresholds import Limits
from varde.measuring.models import Enrolment
from varde.people.viewer import Viewer
from varde.triage import ordered, ordering, queries
from varde.triage.handling import Closing, close
from varde.triage.ordered import held
from varde.triage.ordering import Draft

LOWER = {"spo2.warning_low": "88", "spo2.alert_low": "86"}
WHY = "Stabil på 88–91 % uten symptomer"
WORD = {"how": "phone", "on": "2026-11-16", "clock": "08:15", "said": "Enig. Gul under 88."}


def address(patient: Viewer, who: Viewer) -> str:
    home = "nurse" if who.role == "nurse" else "doctor"
    return f"/{home}/patient/{patient.person}/limits"


def get(them: Cast, patient: Viewer, who: Viewer, minutes: int = 0) -> Any:
    with them.clock(NOW + timedelta(minutes=minutes)):
        return them.browser(who).get(address(patient, who))


def post(them: Cast, patient: Viewer, who: Viewer, do: str, **sent: Any) -> Any:
    """The form as it stands on the page, with what is typed over it."""
    with them.clock():
        client = them.browser(who)
        form = filled(client.get(address(patient, who)))
        part = sent.pop("part", "")
        headers = {"X-Part": part} if part else {}
        return client.post(address(patient, who), {**form, **sent, "do": do}, follow=True,
                           headers=headers)  # fmt: skip


def filled(page: Any) -> dict[str, str]:
    html = page.content.decode()
    form = html.split("data-order>")[1].split("</form>")[0]
    found = {}
    for one in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r' name="([^"]*)"', one), re.search(r' value="([^"]*)"', one)
        if name and value and ('type="radio"' not in one or "checked" in one):
            found[name[1]] = unescape(value[1])
    for name, text in re.findall(
        r'<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S
    ):
        found[name] = unescape(text)
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(
            r'value="([^"]*)"', options
        )
        found[name] = chosen[1] if chosen else ""
    return found


def limits_of(them: Cast, patient: Viewer) -> Limits:
    with them.acting():
        return held(patient.actor, at=them.at + timedelta(minutes=1))["spo2"]


def measured(them: Cast, *values: float) -> Viewer:
    patient = them.patient(given="Arvid", family="Moen")
    for n, value in enumerate(values):
        them.report(patient, at=them.at - timedelta(days=len(values) - n), spo2=value)
    return patient


def test_the_page_says_what_holds_and_on_whose_word(them: Cast) -> None:
    text = said(get(them, measured(them, 91), them.nurse))
    assert "Grenser for Arvid Moen" in text
    assert "SpO₂ Gul under 90, rød under 88 standardgrense" in text
    assert "Ingen. Pasienten har standardgrensene." in text


def test_a_draft_is_tried_on_the_patients_own_days_and_nothing_is_kept(them: Cast) -> None:
    patient = measured(them, 92, 89, 88, 87, 92)
    page = post(them, patient, them.nurse, "try", **LOWER)
    text = said(page)
    assert "Varsler, 90 dager 3 1 – 3 dager skifter sone" in text
    assert "Mildere: 12.11. til 13.11. Gul → blir Grønn" in text
    assert "Mildere: 14.11. Rød → blir Gul" in text
    assert filled(page)["spo2.warning_low"] == "88"
    with them.acting():
        assert ordered.open_order(patient.actor) is None


def test_only_the_trial_is_sent_when_only_that_is_asked_for(them: Cast) -> None:
    page = post(them, measured(them, 89), them.nurse, "try", part="trial", **LOWER)
    html = page.content.decode()
    assert "<main" not in html
    assert "Varsler, 90 dager 1 0 – 1 dag skifter sone" in said(page)


def test_a_known_worsening_that_would_be_missed_is_said(them: Cast) -> None:
    patient = measured(them, 92, 92, 87)
    with them.acting(them.nurse) as by:
        item = standing(patient)
        close(closing=Closing(item.id, tuple(r.id for r in item.reasons), "worsening",
                              ("phone-answered",)), by=by, at=them.at)  # fmt: skip
    text = said(post(them, patient, them.nurse, "try", **{
        "spo2.warning_low": "87", "spo2.alert_low": "85"}))  # fmt: skip
    assert "Ville ikke varslet: 16.11. Rød → blir Grønn" in text
    text = said(post(them, patient, them.nurse, "try", **LOWER))
    assert "Varsler fortsatt: 16.11. Rød → blir Gul" in text


def standing(patient: Viewer) -> Any:
    item = queries.open_item(patient.actor)
    assert item is not None
    (row,) = queries.rows_of([item])
    row.item.reasons = row.reasons
    return row.item


def test_the_whole_way_by_phone(them: Cast) -> None:
    patient = measured(them, 91, 89)
    page = post(them, patient, them.nurse, "enter", reason=WHY, **LOWER, **WORD)
    text = said(page)
    assert "Sendt til kontroll. De gamle grensene gjelder til det er gjort." in text
    assert "Marit Prøvestad, i dag 08:15. På telefon" in text
    assert "Du førte inn og kan ikke kontrollere selv." in text
    assert limits_of(them, patient) == Limits(alert_low=88, warning_low=90)
    with them.clock():
        listed = said(them.browser(them.other_nurse).get("/nurse/"))
    assert "Nye grenser skal kontrolleres av en annen enn den som førte inn" in listed
    page = get(them, patient, them.other_nurse)
    assert "«Enig. Gul under 88.»" in said(page)
    assert "Alle andre grenser er uendret." in said(page)
    page = post(them, patient, them.other_nurse, "verify")
    assert "Kontrollert. De nye grensene gjelder fra nå." in said(page)
    assert limits_of(them, patient) == Limits(alert_low=86, warning_low=88)
    word = "Marit Prøvestad, ført inn av Inga Prøvestad, kontrollert av"
    assert word in said(page)
    with them.clock(NOW + timedelta(minutes=1)):
        record = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}"))
    assert f"SpO₂: Grunnlag: {word}" in record
    assert f"Nye grenser SpO₂: Gul under 88, rød under 86. {WHY} {word}" in record
    assert "under det vanlige" not in record  # the rule until a doctor has set limits


def test_a_doctor_who_is_asked_finds_it_and_orders(them: Cast) -> None:
    patient = measured(them, 91, 89)
    post(them, patient, them.nurse, "ask", reason=WHY, **LOWER)
    with them.clock():
        front = said(them.browser(them.gp).get("/doctor/"))
    assert "Venter på deg Nye grenser for Arvid Moen" in front
    assert WHY in front
    page = get(them, patient, them.gp)
    assert filled(page)["spo2.warning_low"] == "88"
    page = post(them, patient, them.gp, "order")
    assert "De nye grensene gjelder fra nå." in said(page)
    assert limits_of(them, patient) == Limits(alert_low=86, warning_low=88)
    with them.clock():
        assert "Venter på deg" not in said(them.browser(them.gp).get("/doctor/"))


@pytest.mark.parametrize(
    ("typed", "told", "status"),
    [
        ({"spo2.warning_low": "8o"}, "Skriv et tall mellom 30 og 100.", 422),
        ({"spo2.warning_low": "880"}, "Skriv et tall mellom 30 og 100.", 422),
        ({"spo2.warning_low": "84"}, "Grensene må stå i rekkefølge", 422),
        ({"spo2.warning_low": "90", "spo2.alert_low": "88"}, "Ingen av grensene er endret.", 422),
        ({"spo2.warning_low": "", "spo2.alert_low": ""}, "En måling står uten grenser.", 422),
        ({"reason": ""}, "Skriv hvorfor, med noen ord.", 422),
        ({"on": "2026-11-17"}, "Ordren er fra et tidspunkt som ikke har vært ennå.", 422),
        ({"on": "i går"}, "Fyll ut hvordan og når legen ordinerte.", 422),
        ({"how": "here"}, "Fyll ut hvordan og når legen ordinerte.", 422),
        ({"doctor": "x"}, "Velg en lege som har pasienten.", 422),
        ({"on": "2026-10-01"}, "Ordren er over 30 dager gammel.", 422),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(
    them: Cast, typed: dict[str, str], told: str, status: int
) -> None:
    patient = measured(them, 91)
    sent = {**LOWER, **WORD, "reason": WHY, **typed}
    page = post(them, patient, them.nurse, "enter", **sent)
    assert page.status_code == status
    assert told in said(page)
    back = filled(page)
    for name, text in sent.items():
        if name not in ("how", "doctor"):
            assert back[name] == text, name
    assert limits_of(them, patient) == Limits(alert_low=88, warning_low=90)
    with them.acting():
        assert ordered.open_order(patient.actor) is None


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


def test_what_is_not_what_was_ordered_goes_back(them: Cast) -> None:
    patient = measured(them, 91)
    post(them, patient, them.nurse, "enter", reason=WHY, **LOWER, **WORD)
    page = post(them, patient, them.other_nurse, "refuse", why="")
    assert page.status_code == 422
    assert "Skriv hvorfor, med noen ord." in said(page)
    page = post(them, patient, them.other_nurse, "refuse", why="Legen skrev rød under 85")
    assert "Sendt tilbake. De gamle grensene gjelder fortsatt." in said(page)
    with them.clock():
        listed = said(them.browser(them.nurse).get("/nurse/"))
    assert "Nye grenser ble sendt tilbake: «Legen skrev rød under 85»" in listed
    with them.acting():
        row = ordered.open_order(patient.actor)
    assert row is not None
    assert row.stage == Stage.DRAFT


def test_an_order_by_telephone_that_cannot_wait(them: Cast) -> None:
    patient = measured(them, 91, 89)
    page = post(them, patient, them.nurse, "emergency", reason=WHY, **LOWER, **WORD)
    assert "Gjelder fra nå. En annen må kontrollere telefonordren før stengetid." in said(page)
    assert limits_of(them, patient) == Limits(alert_low=86, warning_low=88)
    later = NOW + timedelta(minutes=5)
    with them.clock(later):
        listed = said(them.browser(them.other_nurse).get("/nurse/"))
        record = said(them.browser(them.other_nurse).get(f"/nurse/patient/{patient.person}"))
        front = said(them.browser(them.gp).get("/doctor/"))
    assert "Telefonordre om grenser gjelder, og skal kontrolleres av en annen" in listed
    assert "Telefonordre gjelder, ikke kontrollert" in record
    assert "Telefonordren din om grenser for Arvid Moen er ikke kontrollert" in front
    text = said(get(them, patient, them.other_nurse, minutes=5))
    assert "Før Ført inn Gul under 90 88 Rød under 88 86" in text
    assert "Varsler, 90 dager 1 0" in text
    post(them, patient, them.other_nurse, "verify")
    with them.clock(later):
        assert "Venter på deg" not in said(them.browser(them.gp).get("/doctor/"))


def test_the_suggestion_is_shown_with_its_arithmetic_and_changes_nothing(them: Cast) -> None:
    patient = them.patient(began=them.at - timedelta(days=20))
    for day in range(10):
        at = them.at - timedelta(days=19 - day)
        them.report(patient, at=at, spo2=93 + day % 2)
    text = said(get(them, patient, them.nurse))
    assert "SpO₂ Gul under 92, rød under 90" in text
    assert "Midterste verdi 94, spredning 1, målt 10 av 14 dager." in text
    assert "Ikke signert av lege." in text
    assert limits_of(them, patient) == Limits(alert_low=88, warning_low=90)


def test_to_see_the_page_is_an_opening(them: Cast) -> None:
    patient = measured(them, 91)
    get(them, patient, them.gp)
    with them.acting(them.gp):
        rows = Opening.objects.filter(patient_id=patient.person, person_id=them.gp.person)
        assert rows.filter(what="record").exists()


def test_who_does_not_reach_the_patient_finds_nothing(them: Cast) -> None:
    patient = measured(them, 91)
    with them.clock():
        assert them.browser(them.other_gp).get(address(patient, them.other_gp)).status_code == 404
        assert them.browser(them.coordinator).get(address(patient, them.nurse)).status_code == 403
        assert them.browser(patient).get(address(patient, them.nurse)).status_code == 403
