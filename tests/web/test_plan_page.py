"""The plan's pages for professionals: drafted, changed by two, approved, withdrawn, printed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from pypdfium2 import PdfDocument

from tests.hospital import hospital, treated
from tests.people import Cast
from tests.plan.agreed import PACK, approved, colleague, draft, proposed, responsible, seen
from tests.web.forms import form_of
from tests.web.test_patient_pages import said
from varde.audit.models import Opening
from varde.core.access import Ground
from varde.core.plan import decoded
from varde.core.thresholds import Limits
from varde.people.viewer import Viewer
from varde.plan import approving, queries
from varde.plan.models import Plan
from varde.triage import ordering
from varde.triage.ordering import Draft

DAY = timedelta(days=1)


@pytest.fixture
def patient(them: Cast) -> Viewer:
    one = them.patient()
    responsible(them, one)
    return one


def address(by: Viewer, patient: Viewer, more: str = "") -> str:
    role = {"nurse": "nurse", "gp": "doctor", "specialist": "doctor",
            "coordinator": "coordinator", "outreach-team": "outreach"}[str(by.role)]  # fmt: skip
    return f"/{role}/patient/{patient.person}/plan{more}"


def get(them: Cast, by: Viewer, patient: Viewer, more: str = "", at: Any = None) -> Any:
    with them.clock(at):
        return them.browser(by).get(address(by, patient, more))


def press(them: Cast, by: Viewer, about: Viewer, act: str, more: str = "", **form: Any) -> Any:
    row = None
    with them.acting():
        row = queries.open_plan(about.actor) or queries.in_force(about.actor)
    shown = {"plan": str(row.id), "edition": str(row.edition)} if row else {}
    with them.acting():
        shown |= {"seen": approving.shown_mark(about.actor, at=them.at)}
    filled = {"patient": str(about.person), "do": act, **shown, **form}
    with them.clock():
        return them.browser(by).post(address(by, about, more), filled, follow=True)


def test_without_a_plan_the_gap_is_seen_and_one_is_begun(them: Cast, patient: Viewer) -> None:
    assert "ingen egenbehandlingsplan" in said(get(them, them.nurse, patient))
    answer = press(them, them.nurse, patient, "begin")
    assert "Utkast til plan for Ragna Tindheim" in said(answer)
    assert "Malen er ikke signert av en lege" in said(answer)


def test_what_is_typed_in_the_editor_is_kept_and_shown(them: Cast, patient: Viewer) -> None:
    press(them, them.nurse, patient, "begin")
    form = form_of(get(them, them.nurse, patient, "/edit"))
    at = "copd.red.m.new1"
    form |= {
        "matters": "Hytta", "goals": "Gå tur\n\n Sove \n", "copd.green.feels": "Som jeg pleier",
        "copd.red.m": "new1", f"{at}.drug": "Prednisolon", f"{at}.dose": "20 mg",
        f"{at}.use": "rescue", f"{at}.leave": "tell", f"{at}.days": "7", f"{at}.most": "1",
        f"{at}.period_days": "90", "review_on": "2027-01-12",
    }  # fmt: skip
    text = said(press(them, them.nurse, patient, "save", "/edit", **form))
    assert "Utkastet er lagret. Det gjelder ikke før legen har godkjent det." in text
    with them.acting():
        row = queries.open_plan(patient.actor)
        assert row is not None and str(row.review_on) == "2027-01-12"
        content = decoded(row.content)
    assert content.goals == ("Gå tur", "Sove")
    (pack,) = content.sections[0].red.medications
    assert (pack.drug, pack.days, pack.most, str(pack.leave)) == ("Prednisolon", 7, 1, "tell")
    assert not pack.id.startswith("new")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("copd.red.m.new1.days", "sju", "«sju» er ikke et helt tall fra 1 til 365"),
        ("copd.red.m.new1.most", "0", "«0» er ikke et helt tall fra 1 til 52"),
        ("goals", "x" * 301, "For langt"),
        ("goals", "\n".join("abcdefghi"), "Høyst 8 linjer"),
        ("copd.green.feels", "\n".join("abcdefghijklm"), "Høyst 12 linjer"),
        ("review_on", "i morgen", "«i morgen» er ingen dag"),
        ("copd.red.m.new1.drug", "", "En dose uten medisin"),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_in_the_form(
    them: Cast, patient: Viewer, name: str, value: str, told: str
) -> None:
    row = draft(them, patient)
    at = "copd.red.m.new1"
    form = {
        "section": "copd", "copd.red.m": "new1", f"{at}.drug": "Prednisolon",
        f"{at}.dose": "20 mg", "matters": "Det jeg skrev", name: value,
    }  # fmt: skip
    answer = press(them, them.nurse, patient, "save", "/edit", **form)
    assert answer.status_code == 422
    assert told in said(answer) and "Det jeg skrev" in said(answer)
    assert seen(them, row.id).edition == row.edition


def test_what_another_has_saved_meanwhile_is_not_written_over(them: Cast, patient: Viewer) -> None:
    row = draft(them, patient)
    form = {"section": "copd", "matters": "Mine ord"}
    press(them, them.other_nurse, patient, "save", "/edit", section="copd", matters="Andres ord")
    answer = press(them, them.nurse, patient, "save", "/edit", edition=str(row.edition), **form)
    text = said(answer)
    assert answer.status_code == 409
    assert f"{them.other_nurse.name} lagret" in text
    assert "Andres ord" in text and "Mine ord" in text
    with them.acting():
        now = queries.open_plan(patient.actor)
        assert now is not None and decoded(now.content).matters == "Andres ord"
    kept = form_of(answer)  # and saved from there it is on purpose
    assert kept["edition"] == str(now.edition)
    press(them, them.nurse, patient, "save", "/edit", **kept)
    with them.acting():
        now = queries.open_plan(patient.actor)
        assert now is not None and decoded(now.content).matters == "Mine ord"


def test_what_was_typed_while_it_was_approved_can_become_a_new_draft(
    them: Cast, patient: Viewer
) -> None:
    row = proposed(them, patient)
    press(them, them.gp, patient, "approve")
    form = {"plan": str(row.id), "edition": str(row.edition), "section": "copd",
            "matters": "Mine ord"}  # fmt: skip
    answer = press(them, them.nurse, patient, "save", "/edit", **form)
    assert answer.status_code == 409
    assert "Lagrer du, blir det et nytt utkast" in said(answer)
    kept = form_of(answer)
    assert kept["plan"] == "" and kept["matters"] == "Mine ord"
    press(them, them.nurse, patient, "save", "/edit", **kept)
    with them.acting():
        now = queries.open_plan(patient.actor)
        assert now is not None and now.id != row.id and decoded(now.content).matters == "Mine ord"


def test_what_lacks_is_told_and_it_is_not_sent(them: Cast, patient: Viewer) -> None:
    press(them, them.nurse, patient, "begin")
    text = said(get(them, them.nurse, patient))
    assert "Dette mangler før den kan godkjennes" in text and ": dose (KOLS" in text
    answer = press(them, them.nurse, patient, "propose")
    assert answer.status_code == 422 and "Noe mangler i utkastet" in said(answer)
    form = form_of(get(them, them.nurse, patient, "/edit"))
    answer = press(them, them.nurse, patient, "propose", "/edit", **form)
    assert answer.status_code == 422 and "Hva som er viktig for pasienten" in said(answer)


def test_the_doctor_is_asked_to_fill_in_the_doses(them: Cast, patient: Viewer) -> None:
    press(them, them.nurse, patient, "begin")
    form = form_of(get(them, them.nurse, patient, "/edit")) | {"goals": "Gå tur"}
    press(them, them.nurse, patient, "save", "/edit", **form)
    text = said(get(them, them.nurse, patient))
    assert "Det er legen som fyller ut dette" in text and "Send til" in text
    press(them, them.nurse, patient, "propose")
    with them.clock():
        text = said(them.browser(them.gp).get(f"/doctor/patient/{patient.person}"))
    assert "Dette ber vi deg fylle ut" in text and ": dose (KOLS" in text
    assert "Fyll ut og godkjenn" in text and "Godkjenn planen" not in text
    page = get(them, them.gp, patient, "/edit")
    ways = re.findall(r'<a class="p-link" href="#([^"]+[.]dose)"', page.content.decode())
    assert ways and page.content.decode().count("mangler</span>") == len(ways)
    form = form_of(page)
    assert set(ways) == {name for name in form if name.endswith("dose")
                         and form.get(name.replace("dose", "drug"))}  # fmt: skip
    form |= {name: "2 drag" for name in form
             if name.endswith("dose") and form.get(name.replace("dose", "drug"))}  # fmt: skip
    press(them, them.gp, patient, "approve", "/edit", **form)
    with them.acting():
        assert queries.in_force(patient.actor) is not None


@pytest.mark.parametrize("who", ["nurse", "gp", "specialist", "coordinator"])
def test_whom_the_programme_names_begins_from_the_template(them: Cast, who: str) -> None:
    there, one = hospital(them), them.patient()
    treated(them, one)
    by = {"specialist": there.specialist, "coordinator": there.coordinator}.get(who)
    begun = press(them, by or getattr(them, who), one, "begin")
    assert begun.redirect_chain[-1][0].endswith("/plan/edit")
    assert "Tyngre i pusten enn vanlig" in begun.content.decode()  # the template's yellow zone
    with them.acting():
        row = queries.open_plan(one.actor)
    assert row is not None and row.drafted_role == who


def test_whom_no_programme_names_begins_nothing(them: Cast) -> None:
    there, one = hospital(them), them.patient()
    treated(them, one, "team", Ground.CARE_TEAM)
    shown = get(them, there.outreach, one).content.decode()
    assert 'value="begin"' not in shown
    assert press(them, there.outreach, one, "begin").status_code in (403, 404, 422)
    with them.acting():
        assert queries.open_plan(one.actor) is None


def test_the_doctor_sees_what_is_new_and_approves(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    proposed(them, patient, at=them.at, pack=replace(PACK, dose="40 mg × 1"))
    with them.clock():
        home = said(them.browser(them.gp).get("/doctor/"))
    assert "Plan til godkjenning for Ragna Tindheim" in home
    text = said(get(them, them.gp, patient))
    assert "Sammenlignet med versjon 1" in text
    assert "Prednisolon: 40 mg × 1" in text and "endret" in text.split("40 mg × 1")[1][:120]
    assert "Før: Prednisolon: 20 mg × 1" in text
    assert "Planen er godkjent og gjelder fra nå." in said(press(them, them.gp, patient, "approve"))
    with them.acting():
        held = queries.in_force(patient.actor)
        assert held is not None and held.version == 2


def test_a_doctor_who_does_not_answer_for_the_patient_is_offered_nothing_to_approve(
    them: Cast, patient: Viewer
) -> None:
    proposed(them, patient)
    other = colleague(them)
    text = said(get(them, other, patient))
    assert "Godkjenn planen" not in text
    assert press(them, other, patient, "approve").status_code == 422


def test_the_doctor_changes_and_approves_in_one(them: Cast, patient: Viewer) -> None:
    proposed(them, patient)
    form = form_of(get(them, them.gp, patient, "/edit"))
    form["matters"] = "Rettet av legen"
    press(them, them.gp, patient, "approve", "/edit", **form)
    with them.acting():
        held = queries.in_force(patient.actor)
        assert held is not None and decoded(held.content).matters == "Rettet av legen"


def test_the_doctor_answers_instead_and_the_nurse_sees_why_on_the_list(
    them: Cast, patient: Viewer
) -> None:
    proposed(them, patient)
    assert "Skriv hvorfor" in said(press(them, them.gp, patient, "return", why=" "))
    press(them, them.gp, patient, "return", why="40 mg de første dagene")
    with them.clock():
        text = said(them.browser(them.nurse).get("/nurse/"))
    assert f"Legen har svart i stedet for å godkjenne planen. {them.gp.name}: «40 mg" in text
    assert "«40 mg de første dagene»" in said(get(them, them.nurse, patient))


def test_a_withdrawn_plan_says_why_to_all(them: Cast, patient: Viewer) -> None:
    row = approved(them, patient)
    press(them, them.gp, patient, "withdraw", plan=str(row.id), why="Tåler ikke prednisolon")
    assert "«Tåler ikke prednisolon»" in said(get(them, them.nurse, patient))
    with them.clock():
        mine = said(them.browser(patient).get("/patient/plan"))
        assert them.browser(patient).get("/patient/plan.pdf").status_code == 404
    assert "trukket tilbake" in mine and "Ikke start medisiner fra den" in mine
    them.report(patient, spo2=85)
    for page in ("/patient/", "/patient/result/"):  # and where she looks first
        with them.clock(them.at + timedelta(hours=1)):
            answer = them.browser(patient).get(page, follow=True)
        assert "Ikke start medisiner fra den" in answer.content.decode(), page
    assert "20 mg" not in mine and "Har du alt startet Prednisolon? Si fra" in mine


def test_todays_limits_stand_beside_those_it_was_approved_with(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    at = them.at + DAY
    with them.acting(them.gp, at=at):
        wish = Draft(patient.actor, {"spo2": Limits(alert_low=84, warning_low=86)}, reason="Stabil")
        ordering.order(wish, by=them.gp, at=at)
    text = said(get(them, them.nurse, patient, at=at + DAY))
    assert "bør ses på" in text
    assert "SpO₂ under 88 % (i dag: under 84 %)" in text
    with them.clock(at + DAY):
        mine = said(them.browser(patient).get("/patient/plan?zone=red"))
        record = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}"))
    assert "Oksygen under 88 %, 5 % eller mer under det vanlige (i dag: under 84 %)" in mine
    assert "bør ses på" in record


def test_that_an_organisation_has_opened_its_copy_is_seen_once(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    assert "ikke åpnet" in said(get(them, them.nurse, patient))
    get(them, them.gp, patient)
    assert f"åpnet av {them.gp.name}" in said(get(them, them.nurse, patient))


def test_training_is_written_and_seen(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    text = said(press(them, them.nurse, patient, "train", whom="both", understood="yes",
                      note="Øvde på startpakka"))  # fmt: skip
    assert "Pasienten og pårørende" in text and "«Øvde på startpakka»" in text


def test_a_summary_is_put_in_and_becomes_a_draft(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    answer = press(them, them.gp, patient, "summary", text="Prednisolon 30 mg", of="Lunge",
                   dated="2026-11-14")  # fmt: skip
    assert "Epikrisen er lagt ved utkastet" in said(answer)
    assert "Prednisolon 30 mg" in said(answer)
    with them.acting():
        assert Plan.objects.filter(patient_id=patient.actor, stage="draft").count() == 1


@pytest.mark.parametrize("more", ["", "?large=1", "?version=1"])
def test_it_is_printed_with_version_and_date_and_logged(
    them: Cast, patient: Viewer, more: str
) -> None:
    approved(them, patient)
    answer = get(them, them.nurse, patient, f".pdf{more}")
    pages = PdfDocument(answer.content)
    text = "".join(page.get_textpage().get_text_bounded() for page in pages)
    assert answer["Content-Type"] == "application/pdf"
    assert "versjon 1 · 16. november 2026" in text and "Prednisolon: 20 mg" in text
    assert len(pages) == 1 or "large" in more
    with them.acting():
        assert Opening.objects.filter(patient_id=patient.actor, what="pdf").exists()


def test_an_old_version_says_on_paper_that_it_holds_no_more(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    approved(them, patient, at=them.at + timedelta(minutes=1))
    answer = get(them, them.nurse, patient, ".pdf?version=1")
    text = PdfDocument(answer.content)[0].get_textpage().get_text_bounded()
    assert "Denne versjonen gjelder ikke lenger." in text


@pytest.mark.parametrize("more", ["", ".pdf", "/edit"])
def test_who_does_not_reach_the_patient_gets_nothing(
    them: Cast, patient: Viewer, more: str
) -> None:
    approved(them, patient)
    assert get(them, them.other_gp, patient, more).status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {"do": "nothing"}, {"do": "approve", "plan": "x"}, {"do": "approve", "edition": "x" * 99},
        {"do": "start", "day": "0000"}, {"do": "train", "whom": "\0"},
        {"do": "summary", "text": "\0", "dated": "never"}, {"patient": "other"},
    ],
)  # fmt: skip
def test_hostile_forms_are_refused(them: Cast, patient: Viewer, form: dict[str, str]) -> None:
    approved(them, patient)
    answer = press(them, them.nurse, patient, "drop", **form)
    assert answer.status_code in (400, 403, 409, 422)
