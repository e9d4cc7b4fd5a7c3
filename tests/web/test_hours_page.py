"""Opening hours: a unit's own, and those of one programme there (decisions 4.9)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.covering import arranged, response_centre
from tests.people import NOW, Cast, employ
from tests.triage.at_once import together
from tests.web.test_patient_pages import said
from varde.core.access import Role
from varde.measuring.hours import ROUND_THE_CLOCK
from varde.pathway.covering import arrange, set_hours
from varde.people.covers import NotArranged, cover_of
from varde.people.models import Organisation
from varde.people.queries import organisation
from varde.people.viewer import Viewer
from varde.triage import handling, passing, queries
from varde.triage.alerts import alerts_of
from varde.triage.models import Item

RED = {"spo2": 84.0, "pulse": 88.0, "systolic": 128.0, "diastolic": 76.0}
ILL = {"pulse": 130.0, "systolic": 128.0, "diastolic": 76.0}
WEDNESDAY = NOW + timedelta(days=2)  # 10:00
CLINIC = {"2": ["09:00", "12:00"]}


@pytest.fixture
def office(them: Cast) -> Viewer:
    began = NOW - timedelta(days=300)
    with them.acting(at=began):
        return employ(them, "Odd", Role.ADMINISTRATOR, "service", began)


def asked(them: Cast, by: Viewer, hours: dict[str, list[str]], programme: str = "") -> Any:
    """The form, sent with these times."""
    form = {f"{end}-{day}": at for day, times in hours.items()
            for end, at in zip(("opens", "closes"), times, strict=True)}  # fmt: skip
    where = f"/office/hours/{them.units['service']}" + (f"/{programme}" if programme else "")
    with them.clock():
        return them.browser(by).post(where, form, follow=True)


def kept(them: Cast) -> Organisation:
    with them.acting():
        return organisation(them.units["service"])


def item_of(them: Cast, patient: Viewer) -> Item:
    with them.acting():
        return Item.objects.get(patient_id=patient.actor, open=True)


def test_the_units_hours_are_set_and_the_patient_is_told_them(them: Cast, office: Viewer) -> None:
    patient = them.patient()
    page = said(asked(them, office, {"0": ["08:30", "16:00"], "3": ["08:30", "16:00"]}))
    assert "Lagret. Det gjelder fra nå." in page
    with them.clock():
        seen = said(them.browser(office).get("/office/"))
        assert "mandag 8.30–16, torsdag 8.30–16" in seen or "mandag og torsdag 8.30–16" in seen
        assert "torsdag 8.30–16" in said(them.browser(patient).get("/patient/"))


def test_a_programme_one_day_a_week_is_due_then_and_the_patient_is_told(
    them: Cast, office: Viewer
) -> None:
    lungs, heart = them.patient(), them.patient(programme="heart-failure")
    assert "Lagret" in said(asked(them, office, CLINIC, "copd"))
    them.report(lungs, at=NOW - timedelta(hours=1), **RED)
    them.report(heart, **ILL)
    assert item_of(them, lungs).due_at == datetime(2026, 11, 18, 11, tzinfo=NOW.tzinfo)
    assert item_of(them, heart).due_at == NOW + timedelta(hours=2)
    with them.acting(them.nurse) as by:  # the one that is due today stands first
        shown = [row.item.patient_id for row in queries.worklist(by)]
        assert shown == [heart.actor, lungs.actor]
        assert queries.next_item(by, item_of(them, lungs)).patient_id == heart.actor  # type: ignore[union-attr]
    with them.clock():
        told = said(them.browser(lungs).get("/patient/result/", follow=True))
        assert "onsdag 18. november kl. 9" in told
        assert "onsdag 9–12" in said(them.browser(lungs).get("/patient/"))
        assert "mandag–fredag 9–15" in said(them.browser(heart).get("/patient/"))
        row = said(them.browser(them.nurse).get("/nurse/"))
        assert "Lagret" not in row and "Ragna Tindheim" in row


def test_who_is_in_two_programmes_is_seen_to_when_either_is(them: Cast, office: Viewer) -> None:
    asked(them, office, CLINIC, "copd")
    patient = them.both()
    them.report(patient, **RED)
    assert item_of(them, patient).due_at == NOW + timedelta(hours=2)
    asked(them, office, {"1": ["10:00", "12:00"]}, "heart-failure")
    other = them.both()
    them.report(other, **RED)
    assert item_of(them, other).due_at == datetime(2026, 11, 17, 12, tzinfo=NOW.tzinfo)


def test_put_off_lowered_and_counted_by_the_hours_of_the_programme(
    them: Cast, office: Viewer
) -> None:
    asked(them, office, CLINIC, "copd")
    patient = them.patient()
    them.report(patient, at=NOW, spo2=89.0, pulse=80.0, systolic=128.0, diastolic=76.0)
    with them.acting(them.nurse, at=WEDNESDAY) as by:
        item = queries.open_item(patient.actor)
        assert item is not None
        handling.take(item=item.id, by=by, at=WEDNESDAY)
        item = queries.open_item(patient.actor)
        assert item is not None
        late = WEDNESDAY + timedelta(days=3)
        row = passing.snooze(item=item.id, version=item.version, until=late, by=by, at=WEDNESDAY)
        assert row.snoozed_until == WEDNESDAY.replace(hour=12)
    with them.acting(at=late):
        found = alerts_of(
            them.units["service"], zone="Europe/Oslo", start=NOW - timedelta(days=1), end=late
        )
        assert found.alerts == 1


def test_as_the_unit_again(them: Cast, office: Viewer) -> None:
    asked(them, office, CLINIC, "copd")
    with them.clock():
        url = f"/office/hours/{them.units['service']}"
        assert "1 program har egne tider" in said(them.browser(office).get("/office/"))
        assert "egne tider" in said(them.browser(office).get(url))
        them.browser(office).post(f"{url}/copd", {"as-unit": "1"})
    assert kept(them).programme_hours == {}


@pytest.mark.parametrize(
    ("hours", "programme", "why"),
    [
        ({"2": ["08:00", "12:00"]}, "copd", "innenfor enhetens egne"),
        ({"5": ["09:00", "12:00"]}, "copd", "innenfor enhetens egne"),
        ({"holiday": ["09:00", "12:00"]}, "", "Minst én ukedag"),
        ({}, "", "Minst én ukedag"),
        ({"0": ["09:00", ""]}, "", "Skriv både"),
        ({"0": ["15:00", "09:00"]}, "", "Skriv både"),
        ({"0": ["09:00", "09:00"]}, "", "Skriv både"),
        ({"0": ["9", "<b>"]}, "", "Skriv både"),
        ({"0": ["٠٩:00", "15:00"]}, "", "Skriv både"),
    ],
)
def test_what_is_refused_changes_nothing_and_keeps_what_was_typed(
    them: Cast, office: Viewer, hours: dict[str, list[str]], programme: str, why: str
) -> None:
    before = kept(them)
    answer = asked(them, office, hours, programme)
    page = said(answer)
    assert answer.status_code == 422
    assert why in page and "Ingenting er endret." in page
    for times in hours.values():
        for typed in filter(None, times):
            assert typed in answer.content.decode() or "&lt;b&gt;" in answer.content.decode()
    after = kept(them)
    assert (after.hours, after.programme_hours) == (before.hours, before.programme_hours)


def test_the_units_hours_are_not_cut_from_under_a_programme(them: Cast, office: Viewer) -> None:
    asked(them, office, CLINIC, "copd")
    page = said(asked(them, office, {"0": ["09:00", "15:00"]}))
    assert "Et program har tider som ikke ville ligge innenfor disse." in page
    assert "Lagret" in said(asked(them, office, {"2": ["09:00", "12:00"]}))


def test_who_covers_another_stays_round_the_clock(them: Cast) -> None:
    arranged(them)
    with them.acting() as by, pytest.raises(NotArranged, match="hours"):
        set_hours(unit=them.units["cover"], hours=CLINIC, by=by, at=NOW)
    with them.acting():
        assert organisation(them.units["cover"]).hours == ROUND_THE_CLOCK


def test_of_cover_arranged_and_hours_cut_at_once_one_is_refused(them: Cast) -> None:
    response_centre(them)

    def cover() -> None:
        with them.acting() as by:
            arrange(unit=them.units["service"], to=them.units["cover"], by=by, at=NOW)

    def cut() -> None:
        with them.acting() as by:
            set_hours(unit=them.units["cover"], hours=CLINIC, by=by, at=NOW)

    told = together(cover, cut)
    assert sum(isinstance(one, NotArranged) for one in told) == 1, told
    with them.acting():
        whole = organisation(them.units["cover"]).hours == ROUND_THE_CLOCK
        assert whole is (cover_of(them.units["service"]) is not None)


def test_nobody_else_sets_them(them: Cast) -> None:
    for one in (them.nurse, them.gp, them.coordinator):
        assert asked(them, one, CLINIC).status_code in (403, 404)
    assert kept(them).hours == {}


def test_a_unit_that_is_not_here_is_not_found(them: Cast, office: Viewer) -> None:
    with them.clock():
        browser = them.browser(office)
        for url in (f"/office/hours/{office.person}", f"/office/hours/{them.units['service']}/x"):
            assert browser.get(url).status_code == 404
            assert browser.post(url, {"opens-0": "09:00", "closes-0": "15:00"}).status_code == 404
