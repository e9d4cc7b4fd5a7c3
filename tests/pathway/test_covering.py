"""Covering: who may take a unit's watch, what a programme needs, and whom that lets them reach."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

import msgspec
import pytest

from tests.covering import EVENING, arranged, given, response_centre
from tests.people import NOW, Cast
from varde.catalogue import actions as catalogue
from varde.catalogue import queries as programmes
from varde.config.covering import covered
from varde.config.refused import Refused
from varde.core.access import Ground
from varde.core.cover import Cover, CoverKind
from varde.core.programme import Programme
from varde.measuring.hours import WEEKDAYS_9_TO_15
from varde.pathway import actions as pathway
from varde.pathway.covering import NeedsCover, arrange
from varde.people.covers import NotArranged, cover_of
from varde.people.models import Relation
from varde.people.queries import cooperation_of, organisation


def reached(them: Cast) -> set[object]:
    """The patients whom the response centre reaches as who covers."""
    with them.acting():
        rows = Relation.objects.filter(
            organisation_id=them.units["cover"], ground=Ground.COVER,
            period__endswith__isnull=True,
        )  # fmt: skip
        return set(rows.values_list("patient_id", flat=True))


def arrange_with(them: Cast, unit: str | None) -> int:
    with them.acting() as by:
        to = them.units[unit] if unit else None
        return arrange(unit=them.units["service"], to=to, by=by, at=NOW)


def needing(them: Cast, kind: CoverKind) -> Programme:
    """A programme that is not begun without somebody of that kind round the clock."""
    with them.acting() as by:
        copd, cover = programmes.newest("copd"), Cover((kind,), round_the_clock=True)
        made = msgspec.structs.replace(copd, key=f"needs-{kind}", cover=cover)
        catalogue.publish(content=msgspec.to_builtins(made), by=by, at=NOW)
    return made


def begin(them: Cast, programme: Programme) -> None:
    patient = them.patient(programme="heart-failure")
    with them.acting() as by:
        pathway.start_follow_up(
            patient=patient.actor, programmes=[programme], unit=them.units["service"],
            service_model=1, weekday=0, by=by, at=NOW,
        )  # fmt: skip


def test_those_who_are_followed_and_those_who_come_are_seen_by_who_covers(them: Cast) -> None:
    before = them.patient()
    response_centre(them)
    assert arrange_with(them, "cover") == 1
    after = them.patient(began=NOW)
    assert reached(them) == {before.person, after.person}
    arrange_with(them, None)
    assert reached(them) == set()


def test_pressed_twice_it_is_arranged_once(them: Cast) -> None:
    them.patient()
    response_centre(them)
    arrange_with(them, "cover")
    assert arrange_with(them, "cover") == 0
    assert len(reached(them)) == 1


@pytest.mark.parametrize(("unit", "why"), [("service", "kind"), ("municipality", "kind")])
def test_not_everybody_may_cover(them: Cast, unit: str, why: str) -> None:
    with pytest.raises(NotArranged, match=why):
        arrange_with(them, unit)


def test_who_covers_is_there_round_the_clock(them: Cast) -> None:
    """Else a red would go from one that is closed to another."""
    response_centre(them, hours=WEEKDAYS_9_TO_15)
    with pytest.raises(NotArranged, match="hours"):
        arrange_with(them, "cover")


def test_who_covers_is_not_changed_while_the_watch_is_given_away(them: Cast) -> None:
    arranged(them)
    given(them)
    with pytest.raises(NotArranged, match="watch"):
        arrange_with(them, None)


def test_what_needs_somebody_round_the_clock_is_not_begun_without(them: Cast) -> None:
    ward = needing(them, CoverKind.WARD)
    with pytest.raises(NeedsCover):
        begin(them, ward)
    response_centre(them)
    arrange_with(them, "cover")
    with pytest.raises(NeedsCover):  # a response centre is no ward
        begin(them, ward)


def test_what_needs_cover_and_has_it_does_not_lose_it(them: Cast) -> None:
    response_centre(them, kind="ward")
    arrange_with(them, "cover")
    begin(them, needing(them, CoverKind.WARD))
    with pytest.raises(NeedsCover):
        arrange_with(them, None)
    with them.acting():
        assert cover_of(them.units["service"]) is not None


# From the shell


def said(them: Cast, **more: Any) -> list[str]:
    key = cooperation_of(them.tenant).key
    asked = {"cooperation": key, "unit": None, "by": None, "nobody": False, **more}
    return covered(Namespace(**asked))


def number(them: Cast, unit: str) -> str:

    with them.acting():
        return organisation(them.units[unit]).orgnr


def test_it_is_arranged_told_and_ended_from_the_shell(them: Cast) -> None:
    response_centre(them)
    assert said(them) == []
    with them.clock():
        assert said(them, by=number(them, "cover")) == [
            "Enhet service: Responssenteret (0 patients)"
        ]
        (line,) = said(them)
        assert line.endswith("Responssenteret")
        assert said(them, nobody=True) == ["Enhet service: nobody (0 patients)"]
        assert said(them) == []


def test_what_is_wrong_is_refused_in_words(them: Cast) -> None:
    with them.clock(EVENING), pytest.raises(Refused, match="response-centre"):
        said(them, by=number(them, "municipality"))
