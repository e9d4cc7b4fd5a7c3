"""The watch on the screens: both units see who has it, and the patient is told who looks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.covering import EVENING, MORNING, arranged, taken
from tests.people import Cast
from tests.triage.test_concurrent import GREEN, RED
from tests.triage.test_watch import end, item_of
from tests.web.test_nurse_closing import CALLED
from tests.web.test_nurse_pages import panel, submit
from tests.web.test_patient_pages import said
from varde.clock import tasks as clock
from varde.people import covers
from varde.people.viewer import Viewer
from varde.triage import handling, watch

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def page(them: Cast, who: Viewer, at: datetime, address: str = "/nurse/") -> str:
    with them.clock(at):
        return said(them.browser(who).get(address))


def press(them: Cast, who: Viewer, act: str, at: datetime, text: str = "") -> Any:
    with them.clock(at):
        with them.acting(who, at=at):
            rows = [watch.standing(who.seat), *watch.held_by(who.seat)]
        row = next(one for one in rows if one)
        address = f"/nurse/watch/{row.id}"
        return them.browser(who).post(address, {"act": act, "text": text}, follow=True)


def test_it_is_offered_taken_and_taken_back_and_both_see_whose_it_is(them: Cast) -> None:
    aud = arranged(them)
    with them.clock(EVENING):
        form = {"text": "Ragna Tindheim er alene i natt", "back": "shift"}
        gave = said(them.browser(them.nurse).post("/nurse/watch", form, follow=True))
    assert "Vakta er tilbudt. Den er vår til de har tatt den." in gave
    assert "Vakta er tilbudt Responssenteret i dag 18:00, og ikke tatt" in gave
    theirs = page(them, aud, EVENING)
    assert "Enhet service tilbyr oss vakta (i dag 18:00)" in theirs
    assert "«Ragna Tindheim er alene i natt»" in theirs
    assert "Vi har vakta for Enhet service" in said(press(them, aud, "take", EVENING + HOUR))
    ours = page(them, them.nurse, MORNING)
    assert "Responssenteret har vakta siden i går 19:00 (Aud Prøvestad)" in ours
    back = said(press(them, them.nurse, "take-back", MORNING))
    assert "Vakta er vår igjen." in back
    assert "Responssenteret har vakta" not in back
    past = page(them, them.nurse, MORNING, "/nurse/shift")
    assert "Responssenteret Tatt i går 19:00, Aud Prøvestad. Tilbake i dag 09:00, Inga" in past


def test_who_covers_sees_the_red_and_closes_it(them: Cast) -> None:
    aud, patient = arranged(them), them.patient()
    taken(them, aud)
    them.report(patient, at=EVENING, **RED)
    assert "Ragna Tindheim" in page(them, aud, EVENING + HOUR)
    assert "Ragna Tindheim" not in page(them, them.nurse, EVENING + HOUR)
    record = page(them, aud, EVENING + HOUR, f"/nurse/patient/{patient.person}")
    assert "Ragna Tindheim" in record
    assert "86 %" in record


def test_it_is_not_given_back_to_a_closed_service(them: Cast) -> None:
    aud = arranged(them)
    taken(them, aud)
    assert "Gi vakta tilbake" not in page(them, aud, EVENING + HOUR)
    answer = said(press(them, aud, "hand-back", EVENING + HOUR))
    assert "De har stengt nå, så vakta kan ikke gis tilbake. Den er fortsatt vår." in answer
    assert "Gi vakta tilbake" in page(them, aud, MORNING)
    assert "Vakta er gitt tilbake." in said(press(them, aud, "hand-back", MORNING, "Rolig natt"))
    assert "«Rolig natt»" in page(them, them.nurse, MORNING)


def test_an_offer_that_nobody_has_taken_stands_out_when_the_service_has_closed(them: Cast) -> None:
    aud = arranged(them)
    clock.watches(at=EVENING)
    with them.clock(EVENING):
        for who in (them.nurse, aud):
            body = them.browser(who).get("/nurse/").content.decode()
            assert 'p-watch p-alert" role="alert"' in body


def test_without_anybody_to_cover_the_page_says_so(them: Cast) -> None:
    text = page(them, them.nurse, EVENING, "/nurse/shift")
    assert "Ingen er avtalt å ta vakta når vi har stengt." in text
    with them.clock(EVENING):
        answer = said(them.browser(them.nurse).post("/nurse/watch", {}, follow=True))
    assert "Ingen er avtalt å ta vakta. Den er vår." in answer


def test_words_that_cannot_be_kept_are_refused_before_anything_is_done(them: Cast) -> None:
    aud = arranged(them)
    with them.clock(EVENING):
        form = {"text": "Ok!", "back": "shift"}
        text = said(them.browser(them.nurse).post("/nurse/watch", form, follow=True))
    assert "Ingenting er lagret" in text
    with them.acting():
        assert watch.standing(them.units["service"]) is None
    taken(them, aud)
    assert "Ingenting er lagret" in said(press(them, aud, "hand-back", MORNING, "Ok"))
    with them.acting():
        assert watch.standing(them.units["service"]) is not None


def test_the_banner_says_how_many_of_ours_they_do_not_see(them: Cast) -> None:
    aud = arranged(them)
    with them.acting() as by:
        one = them.patient()
        covers.leave(to=them.units["cover"], but=[one.actor], by=by, at=them.at)
    taken(them, aud)
    text = page(them, them.nurse, EVENING + HOUR)
    assert "1 pasient er ikke med: det som er rødt der, står her." in text


# A page that was open when the watch changed hands


def shown(them: Cast, who: Viewer, patient: Viewer, at: datetime) -> dict[str, str]:
    with them.clock(at):
        return panel(them.browser(who).get(f"/nurse/patient/{patient.person}"))


def test_what_has_gone_to_the_night_is_not_closed_from_the_page_of_the_day(them: Cast) -> None:
    aud, patient = arranged(them), them.patient()
    them.report(patient, at=EVENING - HOUR, **RED)
    form = shown(them, them.nurse, patient, EVENING - MINUTE)
    with them.acting(them.nurse, at=EVENING) as by:
        handling.give_back(item=item_of(them, patient).id, by=by, at=EVENING)
    taken(them, aud)
    with them.clock(EVENING + MINUTE):
        answer = submit(them, them.browser(them.nurse), form, note="Hun er bedre.", **CALLED)
    text = said(answer)
    assert "Pasienten står på lista til Responssenteret nå. Ingenting er lukket." in text
    assert "Hun er bedre." in text
    assert item_of(them, patient).open
    after = page(them, them.nurse, EVENING + HOUR, f"/nurse/patient/{patient.person}")
    assert "Står på lista til Responssenteret" in after
    assert "Lukk og neste" not in after


def test_the_night_nurses_note_is_given_back_when_the_day_has_taken_over(them: Cast) -> None:
    aud, patient = arranged(them), them.patient()
    row = taken(them, aud)
    them.report(patient, at=EVENING, **RED)
    form = shown(them, aud, patient, MORNING - 5 * MINUTE)
    with them.acting(aud, at=MORNING - MINUTE) as by:
        handling.give_back(item=item_of(them, patient).id, by=by, at=MORNING - MINUTE)
    end(them, them.nurse, row)
    with them.clock(MORNING + MINUTE):
        answer = submit(them, them.browser(aud), form, note="Nådde henne nå.", **CALLED)
    text = said(answer)
    assert "Pasienten står på lista til Enhet service nå. Ingenting er lukket." in text
    assert "Nådde henne nå." in text


# What the patient is told


def result(them: Cast, patient: Viewer, values: dict[str, float]) -> str:
    sent = them.report(patient, at=EVENING, **values)
    return page(them, patient, EVENING, f"/patient/result/{sent.delivery.report_id}")


def test_a_red_says_who_has_the_watch_and_whom_to_call(them: Cast) -> None:
    aud, patient = arranged(them), them.patient()
    taken(them, aud)
    text = result(them, patient, RED)
    assert "Ring Responssenteret 55 50 01 16" in text
    assert "Responssenteret har vakta for oppfølgingstjenesten nå. Får du ikke svar" in text
    assert "Responssenteret har vakta for oppfølgingstjenesten nå, og skal se på dette." in text
    assert "116 117" in text
    assert "Responssenteret 55 50 01 16" in page(them, patient, EVENING, "/patient/")


def test_an_offer_promises_the_patient_nothing(them: Cast) -> None:
    """Not taken is not looked at: whom to call, and when somebody looks, as ever."""
    arranged(them)
    patient = them.patient()
    clock.watches(at=EVENING)
    text = result(them, patient, RED)
    assert "Ring legevakten 116 117" in text
    assert "Ingen har svart på dette ennå" in text
    assert "har vakta for oppfølgingstjenesten" not in text


def test_what_is_not_red_is_the_services_in_the_morning(them: Cast) -> None:
    aud, patient = arranged(them), them.patient()
    taken(them, aud)
    text = result(them, patient, {**GREEN, "pulse": 110})
    assert "har vakta for oppfølgingstjenesten" not in text
    assert "Oppfølgingstjenesten ser dette " in text


def test_the_patient_knows_beforehand_who_may_have_the_watch(them: Cast) -> None:
    arranged(them)
    text = page(them, them.patient(), EVENING, "/patient/")
    assert "Når de har stengt, kan Responssenteret ha vakta for røde målinger." in text
    assert "ser ingen målingene dine, uten at Responssenteret har vakta." in text


def test_of_whom_nobody_covers_nobody_sees_anything_at_night(them: Cast) -> None:
    text = page(them, them.patient(), EVENING, "/patient/")
    assert "Ingen ser målingene dine utenfor åpningstiden." in text
    assert "har vakta" not in text


def test_while_another_still_has_the_watch_in_the_morning_the_patient_is_told_who(
    them: Cast,
) -> None:
    """Nobody has taken it back: the red stands there, and that is whom to call."""
    aud, patient = arranged(them), them.patient()
    taken(them, aud)
    sent = them.report(patient, at=MORNING, **RED)
    text = page(them, patient, MORNING + MINUTE, f"/patient/result/{sent.delivery.report_id}")
    assert "Ring Responssenteret" in text
    assert "Responssenteret har vakta for oppfølgingstjenesten nå, og skal se på dette." in text
