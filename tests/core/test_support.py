"""What oxygen and a ventilator can be set to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.core.support import SETTINGS, Kind, NotSet, checked, unusual


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("tent", {"rest": 1.0}, "kind"),
        ("oxygen", {}, "lacks"),
        ("oxygen", {"activity": 2.0}, "lacks"),
        ("oxygen", {"rest": 0.0}, "number"),
        ("oxygen", {"rest": 15.1}, "number"),
        ("oxygen", {"rest": float("nan")}, "number"),
        ("oxygen", {"rest": 1.0, "hours": 25.0}, "number"),
        ("oxygen", {"rest": 4.5}, "sure"),
        ("niv", {"ipap": 18.0}, "lacks"),
        ("niv", {"ipap": 8.0, "epap": 8.0}, "order"),
        ("niv", {"ipap": 6.0, "epap": 8.0}, "order"),
        ("niv", {"ipap": 32.0, "epap": 6.0}, "sure"),
        ("cpap", {"pressure": 26.0}, "number"),
        ("cpap", {"pressure": 17.0}, "sure"),
    ],
)
def test_what_cannot_be_right_is_refused(kind: str, typed: dict[str, float], code: str) -> None:
    with pytest.raises(NotSet, match=code):
        checked(kind, typed)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("oxygen", {"rest": 1.5, "activity": None}, {"rest": 1.5}),
        ("oxygen", {"rest": 1.04, "hours": 16.0}, {"rest": 1.0, "hours": 16}),
        ("niv", {"ipap": 18.0, "epap": 6.0, "rate": 14.0}, {"ipap": 18, "epap": 6, "rate": 14}),
        ("cpap", {"pressure": 10.0, "foreign": 3.0}, {"pressure": 10}),
    ],
)
def test_what_is_set_is_kept(kind: str, typed: dict[str, float], kept: dict[str, float]) -> None:
    assert checked(kind, typed) == kept


def test_what_is_unusual_is_kept_when_it_is_said_to_be_right() -> None:
    assert checked("oxygen", {"rest": 6.0}, sure=True) == {"rest": 6.0}
    assert [one.name for one in unusual("oxygen", {"rest": 6.0})] == ["rest"]


@given(st.sampled_from(list(Kind)), st.data())
def test_what_is_kept_is_within_what_the_equipment_can(kind: Kind, data: st.DataObject) -> None:
    number = st.one_of(st.none(), st.floats(-5, 50))
    typed = {one.name: data.draw(number) for one in SETTINGS[kind]}
    try:
        kept = checked(kind, typed, sure=True)
    except NotSet:
        return
    assert all(one.low <= kept[one.name] <= one.high for one in SETTINGS[kind] if one.name in kept)
    assert all(one.name in kept for one in SETTINGS[kind] if one.needed)


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_asked_about_can_be_set(kind: Kind) -> None:
    assert all(one.low < one.ask_over <= one.high for one in SETTINGS[kind])
