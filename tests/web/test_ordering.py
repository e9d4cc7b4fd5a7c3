"""Limits on the screen, without script: tried, ordered, verified, and refused kindly."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from tests.people import NOW, Cast
from tests.web.test_patient_pages import said
from varde.audit.models import Opening
from varde.core.ordering import Stage
from varde.core.thresholds import Limits
from varde.people.viewer import Viewer
from varde.triage import ordered, queries
from varde.triage.handling import Closing, close
from varde.triage.ordered import held
from varde.triage.ordered_rules import rules_held

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
        chosen = 'type="radio"' in one or 'type="checkbox"' in one
        if name and value and (not chosen or " checked" in one):
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
    assert "Tidligere ordrer Ingen ennå." in text


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
        assert rows.filter(what="limits").exists()


def test_who_does_not_reach_the_patient_finds_nothing(them: Cast) -> None:
    patient = measured(them, 91)
    with them.clock():
        assert them.browser(them.other_gp).get(address(patient, them.other_gp)).status_code == 404
        assert them.browser(them.coordinator).get(address(patient, them.nurse)).status_code == 403
        assert them.browser(patient).get(address(patient, them.nurse)).status_code == 403


def test_a_rule_is_tried_ordered_and_stands_with_whose_word_it_is(them: Cast) -> None:
    patient = measured(them, 96, 96, 95)
    page = said(get(them, patient, them.gp))
    assert "Regler etter ordre" in page
    assert "SpO₂ over uka: gul når snittet på 7 døgn ligger" in page
    on = {"rule": "copd:spo2-week", "reason": WHY}
    untried = post(them, patient, them.gp, "order", **on)
    assert untried.status_code == 422
    assert "Se først hva disse grensene ville gitt" in said(untried)
    shown = filled(untried)
    ordered = post(them, patient, them.gp, "order", **on, tried=shown["tried"])
    assert "De nye grensene gjelder fra nå." in said(ordered)
    assert "gjelder nå" in said(ordered)
    assert "Ny regel: SpO₂ over uka" in said(ordered)
    with them.clock(NOW + timedelta(minutes=1)):
        record = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}"))
    assert "SpO₂ over uka: gul når snittet på 7 døgn" in record
    assert "SpO₂ over uka: Grunnlag: Marit Prøvestad" in record


def test_who_verifies_a_rule_sees_what_would_begin(them: Cast) -> None:
    patient = measured(them, 96, 96, 95)
    word = {"doctor": str(them.gp.person), "how": "phone", "on": "2026-11-16", "clock": "09:30"}
    post(them, patient, them.nurse, "enter", rule="copd:spo2-week", reason=WHY, **word)
    page = said(get(them, patient, them.other_nurse))
    assert "Ny regel: SpO₂ over uka" in page
    verified = post(them, patient, them.other_nurse, "verify")
    assert "Kontrollert." in said(verified)
    assert "gjelder nå" in said(get(them, patient, them.gp, minutes=5))


def test_the_patient_is_told_of_new_limits_and_sees_what_they_are(them: Cast) -> None:
    patient = measured(them, 91, 92, 91)
    with them.clock():
        before = said(them.browser(patient).get("/patient/"))
        assert "Du har fått nye grenser" not in before
    new = {"spo2.warning_low": "88", "spo2.alert_low": "86", "reason": WHY}
    shown = filled(post(them, patient, them.gp, "try", **new))
    post(them, patient, them.gp, "order", **new, tried=shown["tried"])
    with them.clock(NOW + timedelta(days=1)):
        phone = them.browser(patient)
        told = said(phone.get("/patient/"))
        assert "Du har fått nye grenser Satt av Marit Prøvestad 16. november." in told
        mine = said(phone.get("/patient/me"))
        assert "Gul under 88, rød under 86 Satt av Marit Prøvestad, fra 16. november" in mine
        assert "Felles for alle, fra" in mine
    with them.clock(NOW + timedelta(days=15)):
        assert "Du har fått nye grenser" not in said(phone.get("/patient/"))


def test_a_rule_is_ordered_with_numbers_of_the_patients_own(them: Cast) -> None:
    patient = measured(them, 96, 96, 95)
    page = get(them, patient, them.gp).content.decode()
    assert 'name="copd:spo2-after-activity.alert_low"' in page and 'value="80"' in page
    own = {"rule": "copd:spo2-after-activity", "copd:spo2-after-activity.alert_low": "78",
           "copd:spo2-after-activity.warning_low": "82", "reason": WHY}  # fmt: skip
    shown = filled(post(them, patient, them.gp, "order", **own))
    ordered = post(them, patient, them.gp, "order", **own, tried=shown["tried"])
    assert "De nye grensene gjelder fra nå." in said(ordered)
    assert "SpO₂ etter aktivitet: gul under 82, rød under 78" in said(ordered)
    with them.acting():
        (name,) = rules_held(patient.actor, at=NOW + timedelta(minutes=1))
    assert name == "copd:spo2-after-activity?alert_low=78&warning_low=82"
    with them.clock(NOW + timedelta(minutes=1)):
        record = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}"))
    assert "SpO₂ etter aktivitet: gul under 82, rød under 78" in record


@pytest.mark.parametrize("typed", ["90", "lav", "", "9e9"])
def test_numbers_that_are_none_are_refused_and_stand_as_they_were_typed(
    them: Cast, typed: str
) -> None:
    patient = measured(them, 96, 96, 95)
    own = {"rule": "copd:spo2-often", "copd:spo2-often.times": typed, "reason": WHY}
    answer = post(them, patient, them.nurse, "save", **own)
    assert answer.status_code == 422
    assert "tallene går ikke sammen" in said(answer)
    assert 'name="copd:spo2-often.times"' in answer.content.decode()
    assert f'value="{typed}"' in answer.content.decode()
    with them.acting():
        assert rules_held(patient.actor, at=NOW) == frozenset()
