"""The list of plans: who has none is the first thing one sees, and each stands where it belongs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.people import Cast, employ
from tests.plan.agreed import approved, draft, proposed, responsible
from tests.web.test_patient_pages import said
from varde.core.access import Role
from varde.core.thresholds import Limits
from varde.people.viewer import Viewer
from varde.plan import writing
from varde.triage import ordering
from varde.triage.ordering import Draft

DAY = timedelta(days=1)


def named(them: Cast, given: str) -> Viewer:
    one = them.patient(given=given)
    responsible(them, one)
    return one


def plans(them: Cast, show: str = "") -> str:
    with them.clock(them.at + 2 * DAY):
        return said(them.browser(them.nurse).get(f"/nurse/plans?show={show}"))


def test_each_patient_stands_where_the_plan_is(them: Cast) -> None:
    them.patient(given="Uten")
    draft(them, named(them, "Utkast"))
    proposed(them, named(them, "Venter"))
    held = named(them, "Holder")
    approved(them, held)
    with them.acting(them.gp, at=them.at + DAY):
        wish = Draft(held.actor, {"spo2": Limits(alert_low=84, warning_low=86)}, reason="Stabil")
        ordering.order(wish, by=them.gp, at=them.at + DAY)
    for show, names in (
        ("", ("Uten", "Utkast", "Venter")), ("draft", ("Utkast",)), ("proposed", ("Venter",)),
        ("look", ("Holder",)), ("untrained", ("Holder",)), ("held", ("Holder",)),
        ("nonsense", ("Uten", "Utkast", "Venter")),
    ):  # fmt: skip
        text = plans(them, show)
        rows = text.split("Fulgt siden")[1]
        assert {
            one for one in ("Uten", "Utkast", "Venter", "Holder") if f"{one} Tindheim" in rows
        } == set(names), show
    assert "Uten plan 3" in plans(them)
    assert f"Venter på legen {them.gp.name}" in plans(them, "proposed")


def test_who_has_prepared_a_plan_stands_first_and_it_is_told(them: Cast) -> None:
    named(them, "Lenge")
    one = named(them, "Skrev")
    with them.acting(one) as by:
        writing.prepare(goals="Gå til butikken", needs="", by=by, at=them.at)
    rows = plans(them).split("Fulgt siden")[1]
    assert rows.index("Skrev Tindheim") < rows.index("Lenge Tindheim")
    assert rows.count("har skrevet selv, ") == 1
    draft(them, one)
    assert "har skrevet selv" not in plans(them)


def test_nobody_there_is_said(them: Cast) -> None:
    assert "Ingen her." in plans(them, "draft")


def test_the_leader_sees_how_many_have_none(them: Cast) -> None:
    approved(them, named(them, "Holder"))
    them.patient(given="Uten")
    with them.acting():
        leader = employ(them, "Guro", Role.TEAM_LEADER, "service", them.at - DAY)
    with them.clock():
        text = said(them.browser(leader).get("/leader/"))
    assert "1 av 2 har en egenbehandlingsplan" in text
    assert "Tindheim" not in text


@pytest.mark.parametrize("who", ["gp", "coordinator"])
def test_it_is_the_services_list(them: Cast, who: str) -> None:
    with them.clock():
        assert them.browser(getattr(them, who)).get("/nurse/plans").status_code == 403
