"""Who is the responsible doctor when nobody has said who (domain 3.9)."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.core.access import Ground, Role
from varde.core.responsible import Meant, Place, by_default

A, B, C = (UUID(int=n) for n in (1, 2, 3))  # doctors
WARD, OTHER_WARD, PRACTICE, OTHER = (UUID(int=n) for n in (11, 12, 13, 14))
SP, GP = Role.SPECIALIST, Role.GP


def place(where: UUID, ground: Ground, *doctors: tuple[UUID, Role]) -> Place:
    return Place(where, ground, frozenset(doctors))


WARD_A = place(WARD, Ground.SPECIALIST, (A, SP))
PRACTICE_B = place(PRACTICE, Ground.GP, (B, GP))


@pytest.mark.parametrize(
    ("places", "meant"),
    [
        ([], None),
        ([PRACTICE_B], Meant(B, PRACTICE)),
        ([PRACTICE_B, WARD_A], Meant(A, WARD)),
        ([place(PRACTICE, Ground.GP, (B, GP), (C, GP))], None),
        ([place(WARD, Ground.SPECIALIST, (A, SP), (C, SP)), PRACTICE_B], None),
        ([place(WARD, Ground.SPECIALIST), PRACTICE_B], None),  # follows, and has nobody here
        ([WARD_A, place(OTHER_WARD, Ground.SPECIALIST, (C, SP)), PRACTICE_B], None),
        ([place(OTHER_WARD, Ground.SPECIALIST, (A, SP)), WARD_A], Meant(A, WARD)),
        ([place(WARD, Ground.REFERRAL, (A, SP)), PRACTICE_B], Meant(A, WARD)),
        ([place(OTHER, Ground.REFERRAL), PRACTICE_B], Meant(B, PRACTICE)),
        ([place(OTHER, Ground.REFERRAL, (A, SP), (C, SP)), PRACTICE_B], None),
        ([place(WARD, Ground.REQUEST, (A, SP)), PRACTICE_B], Meant(B, PRACTICE)),
        ([place(WARD, Ground.MEETING, (A, SP)), PRACTICE_B], Meant(B, PRACTICE)),
        ([place(WARD, Ground.COVER, (A, SP))], None),
        ([place(OTHER, Ground.HOME_MUNICIPALITY, (B, GP))], None),
    ],
)
def test_who_is_meant(places: list[Place], meant: Meant | None) -> None:
    assert by_default(places) == meant


doctors = st.frozensets(st.tuples(st.sampled_from([A, B, C]), st.sampled_from([SP, GP])))
somewhere = st.builds(
    Place, st.sampled_from([WARD, OTHER_WARD, PRACTICE, OTHER]), st.sampled_from(Ground), doctors
)


@given(st.lists(somewhere), st.randoms())
def test_whoever_is_meant_works_where_the_patient_is_treated(places, random) -> None:  # type: ignore[no-untyped-def]
    meant = by_default(places)
    shuffled = list(places)
    random.shuffle(shuffled)
    assert by_default(shuffled) == meant
    if meant is not None:
        where = [one for one in places if one.organisation == meant.organisation]
        assert any(meant.doctor in {who for who, _role in one.doctors} for one in where)
