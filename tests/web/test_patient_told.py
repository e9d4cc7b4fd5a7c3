"""What the patient is told: who has seen it, whom to call, and never more than is so."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.people import NOW, Cast
from tests.triage.test_concurrent import GREEN, RED, closing_of
from tests.web.test_patient_pages import (
    CALM,
    ask,
    fields,
    look_over,
    main,
    measure,
    said,
    send,
    sent_by,
    walk,
)
from tests.web.test_patient_sent import SATURDAY, first_call
from tests.web.test_sign_in import account, knock
from varde.core.identifiers import make_orgnr
from varde.measuring.hours import hours_from
from varde.measuring.models import Enrolment
from varde.people import actions as people
from varde.people.models import Organisation
from varde.people.viewer import Viewer
from varde.triage import handling
from varde.web.texts.opening import opening_words

NOBODY = "Ingen har svart på dette ennå"
ALARM = "Det siste du sendte, er rødt"


def page(them: Cast, patient: Viewer, address: str, at: datetime = NOW) -> Any:
    with them.clock(at):
        answer = them.browser(patient).get(address, follow=True)
    assert answer.status_code == 200
    return answer


def see_to(them: Cast, patient: Viewer, at: datetime, **more: Any) -> None:
    """A nurse closes what stands on the list, as having called when nothing else is said."""
    closing = closing_of(them, patient, **more)
    with them.acting(them.nurse, at=at) as by:
        handling.close(closing=closing, by=by, at=at)


# Who has seen it


def test_before_anyone_has_answered_result_and_today_say_that_nobody_has(them: Cast) -> None:
    patient = them.patient()
    with them.clock(SATURDAY):
        measure(them.browser(patient), spo2="86")
    for address in ("/patient/result/", "/patient/"):
        text = said(page(them, patient, address, SATURDAY))
        assert NOBODY in text, address
        assert "Inga" not in text


def test_after_a_call_result_and_today_say_who_called_and_when(them: Cast) -> None:
    patient = them.patient()
    with them.clock(SATURDAY):
        measure(them.browser(patient), spo2="86")
    see_to(them, patient, SATURDAY + timedelta(minutes=30))
    later = SATURDAY + timedelta(hours=1)
    result, today = (said(page(them, patient, a, later)) for a in ("/patient/result/", "/patient/"))
    assert "Inga Prøvestad ringte deg i dag 11:30." in result
    assert "En sykepleier har sett på dette" in result
    assert "Rød sone" in result, "it was red, and still is what was sent"
    assert "Sett av Inga Prøvestad i dag 11:30" in today
    assert "Målingene dine er sendt Inga Prøvestad ringte deg i dag 11:30." in today, "on top too"
    assert (NOBODY in result, NOBODY in today) == (False, False)


def test_who_sent_it_on_without_calling_is_not_said_to_have_called(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        measure(them.browser(patient), spo2="86")
    see_to(them, patient, NOW + timedelta(minutes=5), acts=("sent-to-doctor",))
    text = said(page(them, patient, "/patient/result/", NOW + timedelta(minutes=10)))
    assert "Inga Prøvestad så på dette i dag 10:05." in text
    assert "ringte deg" not in text


def test_a_green_that_was_acknowledged_is_seen(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        measure(them.browser(patient))
        assert "Sendt til oppfølgingstjenesten" in said(page(them, patient, "/patient/result/"))
        client = them.browser(them.nurse)
        seen = re.findall(r'name="seen" value="([^"]*)"', client.get("/nurse/").content.decode())
        client.post("/nurse/acknowledge", {"seen": seen})
    text = said(page(them, patient, "/patient/result/"))
    assert "Sett av Inga Prøvestad" in text
    assert "Inga Prøvestad så på dette i dag 10:00." in text
    assert "Sett av Inga Prøvestad" in said(page(them, patient, "/patient/"))


def test_a_new_report_after_the_call_is_not_seen(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, at=SATURDAY, **RED)
    see_to(them, patient, SATURDAY + timedelta(minutes=30))
    later = SATURDAY + timedelta(hours=2)
    them.report(patient, at=later, **RED)
    for address in ("/patient/result/", "/patient/"):
        text = said(page(them, patient, address, later))
        assert (NOBODY in text, "Inga" in text) == (True, False), address


# Today, when it is red


@pytest.mark.parametrize(("at", "number"), [(SATURDAY, "tel:116117"), (NOW, "tel:55500100")])
def test_today_with_a_red_that_nobody_has_closed_begins_with_whom_to_call(
    them: Cast, at: datetime, number: str
) -> None:
    patient = them.patient()
    them.report(patient, at=at, **RED)
    today = page(them, patient, "/patient/", at)
    assert ALARM in said(today)
    assert first_call(today) == number
    html = main(today)
    assert html.index(ALARM) < html.index(number) < html.index("/patient/measure/")


def test_when_a_nurse_has_closed_it_the_card_is_gone(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    see_to(them, patient, NOW + timedelta(minutes=5))
    text = said(page(them, patient, "/patient/", NOW + timedelta(minutes=6)))
    assert (ALARM in text, "Rød sone" in text) == (False, True)


# Advice


@pytest.mark.parametrize("sent", [{}, {"glucose": 5.0}])
def test_advice_to_one_who_is_not_judged_puts_them_in_no_zone(
    them: Cast, sent: dict[str, float]
) -> None:
    patient = them.patient()
    if sent:
        them.report(patient, **sent)
    for address in ("/patient/plan", *(f"/patient/plan?zone={z}" for z in ("green", "red"))):
        text = said(page(them, patient, address))
        assert "Du er her" not in text
        assert "Målingene og svarene dine er innenfor" not in text
    if sent:
        assert "er ikke vurdert ennå" in said(page(them, patient, "/patient/plan"))


def test_advice_for_another_zone_does_not_speak_as_if_it_were_todays(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    red, yellow, green = (
        said(page(them, patient, f"/patient/plan?zone={zone}"))
        for zone in ("red", "yellow", "green")
    )
    assert "Du trenger hjelp i dag" in red
    assert "Noe har endret seg." not in yellow
    assert "Dette er rådene for når du er i Gul sone." in yellow
    assert "Alt er som det pleier" not in green
    assert "Målingene og svarene dine er innenfor" not in green
    assert [text.count("Du er her") for text in (red, yellow, green)] == [1, 1, 1]


# Two programmes


def test_a_red_of_one_in_two_programmes_tells_when_to_call_113_for_both(them: Cast) -> None:
    patient = them.both()
    them.report(patient, **RED)
    for address in ("/patient/result/", "/patient/plan"):
        text = said(page(them, patient, address))
        for sign in ("er blå på leppene eller forvirret", "besvimer eller er i ferd med"):
            assert text.count(sign) == 1, (address, sign)
        assert text.count("ikke klarer å snakke hele setninger") == 1, address


@pytest.mark.parametrize(("kilos", "zone"), [(83.2, "Gul sone"), (84.4, "Rød sone")])
def test_weight_in_two_programmes_gives_the_words_of_heart_failure_first(
    them: Cast, kilos: float, zone: str
) -> None:
    patient = them.both()
    them.report(patient, at=NOW - timedelta(days=2), weight=82.0, **GREEN)
    them.report(patient, weight=kilos, **GREEN)
    text = said(page(them, patient, "/patient/result/"))
    assert zone in text
    if zone == "Gul sone":
        assert "Det kan være at du samler væske." in text
        assert "følg med på pusten" not in text
    else:
        assert text.index("Sitt oppreist") < text.index("Sitt framoverbøyd")


# When somebody is there


def test_shortly_before_closing_the_next_opening_is_named_too(them: Cast) -> None:
    patient, later = them.patient(), NOW.replace(hour=14, minute=30)
    them.report(patient, at=later, **RED)
    text = said(page(them, patient, "/patient/result/", later))
    assert "De er der til kl. 15" in text
    assert "ser de det tirsdag 17. november kl. 9." in text


def test_long_before_closing_a_red_is_promised_only_today(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    text = said(page(them, patient, "/patient/result/"))
    assert "De er der til kl. 15" in text
    assert "Rekker de det ikke" not in text


HOURS = {"0": ["10:00", "14:00"], "2": ["10:00", "14:00"]}


def test_hours_and_phone_are_those_of_the_unit_that_follows(them: Cast) -> None:
    with them.acting() as by:
        other = people.add_organisation(
            name="Den andre tjenesten", kind="service", orgnr=make_orgnr(77), phone="55512345",
            hours=HOURS, by=by, at=NOW - timedelta(days=90),
        )  # fmt: skip
    near, far = them.patient(), them.patient()
    with them.acting():
        Enrolment.objects.filter(patient_id=far.person).update(unit_id=other.id)
        assert Organisation.objects.get(id=other.id).hours == HOURS
    text = said(page(them, far, "/patient/"))
    assert "55 51 23 45 mandag 10–14, onsdag 10–14" in text
    assert "55 50 01 00" not in text
    assert "55 50 01 00 mandag–fredag 9–15" in said(page(them, near, "/patient/"))
    tuesday = NOW + timedelta(days=1)
    for patient, looks in ((far, "onsdag 18. november kl. 10"), (near, "er der til kl. 15")):
        them.report(patient, at=tuesday, **RED)
        assert looks in said(page(them, patient, "/patient/result/", tuesday))


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ({}, "mandag–fredag 9–15"),
        (HOURS, "mandag 10–14, onsdag 10–14"),
        ({"1": ["08:30", "00:00"]}, "tirsdag 8.30–24"),
        (
            {"0": ["09:00", "15:00"], "2": ["09:00", "12:00"], "3": ["09:00", "12:00"]},
            "mandag 9–15, onsdag og torsdag 9–12",
        ),
        ({str(n): ["00:00", "00:00"] for n in range(7)}, "mandag–søndag hele døgnet"),
    ],
)
def test_opening_hours_are_told_as_people_say_them(hours: Any, words: str) -> None:
    assert opening_words(hours_from(hours, "Europe/Oslo")) == words


# On the way to sending


@pytest.mark.parametrize(
    ("step", "typed"), [("oxygen", {"spo2": "94", "pulse": "80"}), ("cough", {"answer": "more"})]
)
def test_change_keeps_the_words_to_the_nurse_and_leads_back(
    them: Cast, step: str, typed: dict[str, str]
) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        walk(client, CALM)
        to = send(client, comment="Litt <svimmel>", change=step)["Location"]
        shown = client.get(to)
        assert (to.split("?")[0], fields(shown)["from"]) == (
            f"/patient/measure/{step}",
            "look-over",
        )
        answer = client.post(to.split("?")[0], {"from": fields(shown)["from"], **typed})
        assert answer["Location"] == "/patient/measure/look-over"
        assert ">Litt <svimmel></textarea>" in unescape(main(look_over(client)))
    assert sent_by(patient) == (0, 0)


def test_back_after_sending_leads_to_the_result(them: Cast) -> None:
    client = them.browser(them.patient())
    with them.clock():
        walk(client, CALM)
        result = send(client)["Location"]
        assert look_over(client)["Location"] == result


def test_today_says_that_a_measurement_is_begun_and_not_sent(them: Cast) -> None:
    patient = them.patient()
    begun = "Du er ikke ferdig med målingen"
    assert begun not in said(page(them, patient, "/patient/"))
    client = them.browser(patient)
    with them.clock():
        client.get("/patient/measure/", follow=True)
        assert begun not in said(client.get("/patient/")), "looking is not beginning"
        ask(client, "oxygen", spo2="95", pulse="80")
    today = said(page(them, patient, "/patient/", NOW + timedelta(minutes=20)))
    assert begun in today
    assert "Det du har skrevet, er ikke sendt ennå." in today
    with them.clock():
        measure(client)
    assert begun not in said(page(them, patient, "/patient/"))


# Language


def spoken(answer: Any) -> str:
    found = re.search(r'<html[^>]*\blang="([^"]*)"', answer.content.decode())
    return found[1] if found else ""


def test_the_language_chosen_is_spoken_wherever_one_signs_in(
    them: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PASSWORD_ROLES", None)
    patient = them.patient()
    with them.clock():
        them.browser(patient).post("/language", {"language": "en", "back": "/patient/me"})
        elsewhere = Client()
        assert knock(elsewhere, account(them, patient))["Location"] == "/patient/"
        assert spoken(elsewhere.get("/patient/")) == "en"
        other = Client()
        knock(other, account(them, them.patient()))
        assert spoken(other.get("/patient/")) == "nb"


def test_signing_out_leaves_no_language_to_the_next_one(them: Cast) -> None:
    client = them.browser(them.patient())
    with them.clock():
        client.post("/language", {"language": "en"})
        assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
        gone = client.post("/sign-out").cookies[settings.LANGUAGE_COOKIE_NAME]
        assert (gone.value, gone["max-age"]) == ("", 0)
        assert spoken(client.get("/sign-in")) == "nb"


# History, and who has looked


def test_the_history_has_everything_however_old(them: Cast) -> None:
    patient = them.patient(began=NOW - timedelta(days=340))
    them.report(patient, at=NOW - timedelta(days=300), **GREEN)
    later = NOW + timedelta(days=100)
    year, every = (
        said(page(them, patient, f"/patient/history?kind=spo2&days={days}", later))
        for days in ("365", "all")
    )
    assert ("Ingen målinger i denne perioden." in year, "Alt" in year) == (True, True)
    assert "95 %" in every


def test_what_was_not_judged_is_a_hollow_square_in_the_history(them: Cast) -> None:
    patient = them.patient(programme="heart-failure")
    them.report(patient, at=NOW - timedelta(days=1), weight=82.0)
    them.report(patient, weight=82.1)
    html = main(page(them, patient, "/patient/history?kind=weight"))
    assert len(re.findall(r'<rect class="v-dot v-dot--hollow"', html)) == 1
    assert len(re.findall(r'<circle class="v-dot"', html)) == 1


def test_having_been_seen_in_lists_is_one_row_a_day(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    tuesday = NOW + timedelta(days=1)
    for at in (NOW, NOW + timedelta(hours=1), tuesday):
        for nurse in (them.nurse, them.other_nurse):
            with them.clock(at):
                them.browser(nurse).get("/nurse/")
    with them.clock(tuesday):
        them.browser(them.nurse).get(f"/nurse/patient/{patient.person}")
    html = main(page(them, patient, "/patient/me", tuesday)).split("<details", 1)
    days = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html[1], re.S)
    assert [day for day, _ in days] == ["17. november", "16. november"]
    for _, who in days:
        assert sorted(who.split(", ")) == ["Inga Prøvestad", "Terje Prøvestad"]
    assert html[0].count("Inga Prøvestad") == 1, "opened once; the lists are told apart"
