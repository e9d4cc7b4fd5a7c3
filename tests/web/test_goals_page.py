"""The goal conversation: the days before it; what follows in stage, task, plan and letter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.base.walls import end_relation
from tests.hospital import hospital, objects_to_sharing, treated
from tests.pathway.met import convened
from tests.people import Cast
from tests.plan.agreed import responsible
from tests.triage.at_once import together
from tests.web.forms import form_of
from tests.web.test_patient_pages import said
from varde.core.pathway import Stage
from varde.core.plan import decoded
from varde.dialogue.models import Letter
from varde.pathway import goals
from varde.pathway.follow_up import settle
from varde.pathway.goals import NotTalked, Talk
from varde.pathway.models import GoalConversation
from varde.pathway.queries import stage_of
from varde.people.viewer import Viewer
from varde.plan import queries as plans
from varde.plan import writing
from varde.triage.models import Task

DAY = timedelta(days=1)
FORM = '<form method="post" class="p-sheet'


@pytest.fixture
def patient(them: Cast) -> Viewer:
    """Two weeks of daily measurements, the last one yellow."""
    one = them.patient(began=them.at - 15 * DAY)
    for n in range(14, 0, -1):
        them.report(one, at=them.at - n * DAY, spo2=89 if n == 1 else 93)
    with them.acting() as by:
        settle([one.actor], by=by, at=them.at)
        assert Task.objects.filter(patient_id=one.actor, kind=goals.TASK, done_at=None).exists()
    return one


def get(them: Cast, patient: Viewer, by: Viewer | None = None) -> Any:
    with them.clock():
        role = "coordinator" if by is them.coordinator else "nurse"
        return them.browser(by or them.nurse).get(f"/{role}/patient/{patient.person}/goals")


def send(them: Cast, patient: Viewer, **change: Any) -> Any:
    form = form_of(get(them, patient), last=FORM)
    filled = {
        **form,
        "how": "phone",
        "matters": "Til hytta",
        "habit-smoking": "Røyker fem om dagen",
        "needs": "Hjelp med slimet",
        "agreed": "Gå tur hver dag",
        **change,
    }
    filled = {key: value for key, value in filled.items() if value is not None}
    with them.clock():
        address = f"/nurse/patient/{patient.person}/goals"
        return them.browser(them.nurse).post(address, filled, follow=True)


def test_the_fourteen_days_stand_beside_the_form_and_in_the_letter(
    them: Cast, patient: Viewer
) -> None:
    answer = get(them, patient)
    text = said(answer)
    assert "13 grønne, 1 gul og ingen røde dager" in text
    assert "SpO₂ 14 93 % 89 %–93 %" in text
    letter = form_of(answer, last=FORM)["letter"].replace("\u00a0", " ")
    for part in ("Målsamtale 16.11.2026 med Ragna Tindheim", "13 grønne, 1 gul og ingen røde dager",
                 "SpO₂: 14 målinger, midterste 93 %, fra 89 % til 93 %", "gul under 90",
                 "SpO₂: gul fra 3 og rød fra 5 under det vanlige",
                 "Vanlig for pasienten: SpO₂ 93 %", "ingen egenbehandlingsplan"):  # fmt: skip
        assert part.lower() in letter.lower(), part


def test_the_gp_is_told_of_the_meeting_where_a_hospital_follows(
    them: Cast, patient: Viewer
) -> None:
    told = "Du kan være med når pasienten tas opp i møtet"
    assert told not in form_of(get(them, patient), last=FORM)["letter"]
    there = hospital(them)
    treated(them, patient, "lungs", days=1)
    assert told not in form_of(get(them, patient), last=FORM)["letter"]  # it holds no meetings
    convened(them, there.coordinator)
    assert told in form_of(get(them, patient), last=FORM)["letter"]


def test_of_who_says_no_to_sharing_no_letter_goes_to_the_gp(them: Cast, patient: Viewer) -> None:
    objects_to_sharing(them, patient)
    answer = send(them, patient, send="yes", letter="Kjære lege")
    assert answer.status_code == 422
    assert "pasienten har sagt nei til deling" in said(answer)
    send(them, patient, send=None, letter=None)
    with them.acting():
        assert GoalConversation.objects.filter(patient_id=patient.actor).count() == 1
        assert not Letter.objects.filter(patient_id=patient.actor).exists()


def test_what_was_said_is_kept_and_all_that_follows_follows(them: Cast, patient: Viewer) -> None:
    responsible(them, patient, days=10)
    text = said(send(them, patient, do="plan"))
    assert "Målsamtalen er lagret." in text
    assert "Fra målsamtalen" in text and "«Hjelp med slimet»" in text
    with them.acting():
        row = GoalConversation.objects.get(patient_id=patient.actor)
        assert (row.how, row.habits) == ("phone", {"smoking": "Røyker fem om dagen"})
        assert not Task.objects.filter(patient_id=patient.actor, kind=goals.TASK, done_at=None)
        stage = stage_of(patient.actor, at=them.at + DAY)
        assert stage is not None and stage.stage == Stage.FOLLOW_UP
    with them.acting(them.nurse):
        draft = writing.begin_draft(patient=patient.actor, by=them.nurse, at=them.at + DAY)
        assert decoded(draft.content).matters == "Til hytta"


@pytest.mark.parametrize(("how", "told"), [("phone", "telefon"), ("video", "video")])
def test_it_is_by_phone_or_video_and_that_is_told(
    them: Cast, patient: Viewer, how: str, told: str
) -> None:
    send(them, patient, how=how)
    with them.acting():
        assert GoalConversation.objects.get(patient_id=patient.actor).how == how
    with them.clock(them.at + DAY):
        page = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}/goals"))
    assert told in page.lower()


def test_the_letter_is_new_to_the_gp_until_it_is_opened(them: Cast, patient: Viewer) -> None:
    send(them, patient, letter="Kjære lege. Gå tur hver dag.")
    with them.clock():
        browser = them.browser(them.gp)
        assert "Nye brev" in said(browser.get("/doctor/"))
        record = said(browser.get(f"/doctor/patient/{patient.person}"))
        assert "Kjære lege. Gå tur hver dag." in record
        assert "Nye brev" not in said(browser.get("/doctor/"))
    with them.acting():
        row = Letter.objects.get(patient_id=patient.actor)
        assert row.organisation_id == them.gp.unit


def test_no_letter_goes_when_none_is_wished(them: Cast, patient: Viewer) -> None:
    send(them, patient, send=None)
    with them.acting():
        assert not Letter.objects.filter(patient_id=patient.actor).exists()
        assert GoalConversation.objects.filter(patient_id=patient.actor).exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"how": None}, "Velg om dere snakket på telefon"),
        ({"how": "letter"}, "Velg om dere snakket på telefon"),
        ({"agreed": " "}, "Skriv hva dere ble enige om"),
        ({"letter": "  "}, "Brevet er tomt"),
        ({"matters": "x" * 2001}, "Noe er for langt"),
        ({"letter": "x" * 8001}, "Noe er for langt"),
    ],
)
def test_what_lacks_is_said_and_nothing_typed_is_lost(
    them: Cast, patient: Viewer, change: dict[str, Any], told: str
) -> None:
    answer = send(them, patient, **change)
    assert answer.status_code == 422 and told in said(answer)
    kept = form_of(answer, last=FORM)
    assert kept["habit-smoking"] == "Røyker fem om dagen"
    assert kept["needs"] == "Hjelp med slimet"
    with them.acting():
        assert not GoalConversation.objects.filter(patient_id=patient.actor).exists()
        assert plans.inputs(patient.actor) == []


def test_without_a_gp_the_rest_is_kept_when_no_letter_is_sent(them: Cast) -> None:
    alone = them.patient(relations=("service", "municipality"))
    assert "Pasienten har ingen fastlege her" in said(get(them, alone))
    assert send(them, alone, send="yes", letter="Hei").status_code == 422
    assert "Målsamtalen er lagret." in said(send(them, alone))


def test_pressed_twice_at_once_it_is_one(them: Cast, patient: Viewer) -> None:
    talk = Talk("phone", "Til hytta", {}, "", "Gå tur", letter="Hei")

    def press() -> None:
        with them.acting(them.nurse):
            goals.hold(patient=patient.actor, talk=talk, by=them.nurse, at=them.at)

    together(press, press)
    with them.acting():
        assert GoalConversation.objects.filter(patient_id=patient.actor).count() == 1
        assert Letter.objects.filter(patient_id=patient.actor).count() == 1


def test_the_coordinator_may_hold_it_and_a_neighbour_may_not(them: Cast, patient: Viewer) -> None:
    assert get(them, patient, them.coordinator).status_code == 200
    other = them.patient(relations=("service",))
    assert get(them, other, them.coordinator).status_code == 404


def test_a_habit_nobody_asks_about_is_refused(them: Cast, patient: Viewer) -> None:
    with pytest.raises(NotTalked):
        Talk("phone", "", {"gambling": "x"}, "", "Gå tur").check()


def test_a_letter_nobody_wrote_in_says_what_the_form_says(them: Cast, patient: Viewer) -> None:
    send(them, patient)
    with them.acting():
        text = Letter.objects.get(patient_id=patient.actor).text
    for part in ("Viktig for pasienten: Til hytta", "Røyk og snus: Røyker fem om dagen",
                 "Trenger hjelp til: Hjelp med slimet", "Enige om: Gå tur hver dag"):  # fmt: skip
        assert part in text
    with them.clock():
        record = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}"))
    assert "Røyker fem om dagen" in record


def test_the_letter_goes_also_when_it_was_forgotten_the_first_time(
    them: Cast, patient: Viewer
) -> None:
    send(them, patient, send=None)
    send(them, patient, letter="Kjære lege")
    send(them, patient, letter="Kjære lege")
    with them.acting():
        assert Letter.objects.filter(patient_id=patient.actor).count() == 1
        assert GoalConversation.objects.filter(patient_id=patient.actor).count() == 1


def test_a_gp_who_is_gone_keeps_nothing_and_loses_nothing(them: Cast, patient: Viewer) -> None:
    shown = form_of(get(them, patient), last=FORM)
    end_relation(them, patient, "practice")
    form = {**shown, "how": "phone", "agreed": "Gå tur", "letter": "Kjære lege"}
    with them.clock():
        address = f"/nurse/patient/{patient.person}/goals"
        answer = them.browser(them.nurse).post(address, form)
    assert answer.status_code == 422
    assert form_of(answer, last=FORM)["letter"] == "Kjære lege"
    with them.acting():
        assert not GoalConversation.objects.filter(patient_id=patient.actor).exists()


def test_looking_at_the_plan_is_not_reading_the_letter(them: Cast, patient: Viewer) -> None:
    send(them, patient, letter="Kjære lege")
    with them.clock():
        browser = them.browser(them.gp)
        browser.get(f"/doctor/patient/{patient.person}/plan")
        browser.get(f"/doctor/patient/{patient.person}/limits")
        assert "Nye brev" in said(browser.get("/doctor/"))
