"""What follows by itself on the patient's page: told with its numbers, and agreed otherwise."""

from __future__ import annotations

from datetime import timedelta

from tests.base.walls import end_relation
from tests.people import Cast
from tests.triage.test_concurrent import GREEN
from tests.web.test_patient_pages import said
from varde.clock import tasks as clock
from varde.pathway.own_follow_up import own_of
from varde.people.viewer import Viewer
from varde.triage.models import Task

DAY = timedelta(days=1)


def agree(them: Cast, patient: Viewer, **form: str) -> str:
    sent = {"patient": str(patient.person), "how": "days", "why": "Vil snakke oftere", **form}
    address = f"/nurse/patient/{patient.person}/following"
    with them.clock():
        return said(them.browser(them.nurse).post(address, sent, follow=True))


def due(them: Cast, patient: Viewer, kind: str) -> list[int]:
    """In how many days what is still asked for is due."""
    with them.acting():
        rows = Task.objects.filter(patient_id=patient.person, kind=kind, done_at=None)
        return [round((row.due_at - them.at) / DAY) for row in rows]


def followed(them: Cast) -> Viewer:
    """In follow-up for 20 days, so that monthly contact is seen coming in ten."""
    patient = them.patient(began=them.at - 20 * DAY)
    them.report(patient, **GREEN)
    clock.follow_up(at=them.at)
    return patient


def test_it_is_told_with_its_numbers(them: Cast) -> None:
    patient = followed(them)
    with them.clock():
        text = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}"))
    assert "Månedlig kontakt: minst hver 30. dag, også når alt er grønt." in text


def test_what_is_agreed_is_told_with_who_and_why_and_reckoned_at_once(them: Cast) -> None:
    patient = followed(them)
    assert due(them, patient, "monthly-contact") == [10]
    text = agree(them, patient, task="monthly-contact", days="24")
    assert "Lagret. Oppgavene er regnet på nytt." in text
    assert "Månedlig kontakt: minst hver 24. dag" in text
    assert "Avtalt 16.11., Inga Prøvestad: «Vil snakke oftere»" in text
    assert due(them, patient, "monthly-contact") == [4]
    agree(them, patient, task="monthly-contact", days="31")  # later too, while it is not due
    assert due(them, patient, "monthly-contact") == [11]


def test_what_is_left_out_is_withdrawn_and_comes_again_with_the_programme(them: Cast) -> None:
    patient = followed(them)
    text = agree(them, patient, task="monthly-contact", how="not")
    assert "Månedlig kontakt: ikke for denne pasienten." in text
    assert due(them, patient, "monthly-contact") == []
    again = agree(them, patient, again="monthly-contact")
    assert "Det følger programmet igjen." in again
    assert due(them, patient, "monthly-contact") == [10]


def test_what_watches_over_the_ill_is_not_weakened(them: Cast) -> None:
    patient = followed(them)
    for form in ({"days": "30"}, {"how": "not"}):
        text = agree(them, patient, task="red-long", **form)
        assert "kan bare komme tidligere" in text
    with them.acting():
        assert own_of([patient.actor]) == {}


def test_without_a_reason_or_a_number_nothing_is_changed(them: Cast) -> None:
    patient = followed(them)
    for form in ({"why": "", "days": "10"}, {"days": "x"}, {"days": "0"}, {"days": "9" * 9},
                 {"task": "no-such", "days": "5"}):  # fmt: skip
        text = agree(them, patient, **{"task": "monthly-contact", **form})
        assert "Ingenting er endret." in text
    with them.acting():
        assert own_of([patient.actor]) == {}


def test_it_is_for_this_patient_alone(them: Cast) -> None:
    patient, other = followed(them), followed(them)
    agree(them, patient, task="monthly-contact", days="24")
    assert due(them, other, "monthly-contact") == [10]


def test_another_units_patient_is_not_there(them: Cast) -> None:
    patient = followed(them)
    end_relation(them, patient, "service")
    form = {"patient": str(patient.person), "task": "monthly-contact", "how": "not", "why": "Neida"}
    with them.clock():
        address = f"/nurse/patient/{patient.person}/following"
        assert them.browser(them.nurse).post(address, form).status_code == 404
