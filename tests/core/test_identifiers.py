"""National numbers, organisation numbers and HPR numbers: tables, boundaries and properties."""

from datetime import date
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.core.identifiers import (
    IdKind,
    InvalidIdentifier,
    NationalId,
    compact,
    make_orgnr,
    make_tenor,
    masked,
    parse_national_id,
    system_of,
    systems,
    valid_hpr,
    valid_orgnr,
)

BORN = st.dates(date(1854, 1, 1), date(2039, 12, 31))
SERIALS = st.integers(0, 60)

K1 = (3, 7, 6, 1, 8, 9, 4, 5, 2)
K2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def number(stem: str, *, remainder: int = 0) -> str | None:
    """Nine digits with check digits by the published formula; None when a digit would be 10."""
    k1 = (11 + remainder - sum(w * int(d) for w, d in zip(K1, stem, strict=True)) % 11) % 11
    if k1 == 10:
        return None
    k2 = -sum(w * int(d) for w, d in zip(K2, f"{stem}{k1}", strict=True)) % 11
    return None if k2 == 10 else f"{stem}{k1}{k2}"


def any_number(prefix: str, individuals: range, *, remainder: int = 0) -> str:
    """The first number of a date that has check digits at all."""
    found = (number(f"{prefix}{i:03}", remainder=remainder) for i in individuals)
    return next(value for value in found if value)


def refusal(text: str) -> str | None:
    """The code `text` is refused with; None when it is taken."""
    try:
        parse_national_id(text)
    except InvalidIdentifier as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("text", "kind", "synthetic", "born"),
    [
        ("13116900216", IdKind.FNR, None, date(1969, 11, 13)),
        ("13717404089", IdKind.FNR, "nhn", date(1974, 6, 13)),
        ("12057900499", IdKind.FNR, None, date(1979, 5, 12)),
        (any_number("290200", range(500, 1000)), IdKind.FNR, None, date(2000, 2, 29)),
        (any_number("520579", range(500)), IdKind.DNR, None, date(1979, 5, 12)),
        (any_number("704479", range(500)), IdKind.DNR, "dolly", date(1979, 4, 30)),
        (any_number("124579", range(500)), IdKind.HNR, "dolly", date(1979, 5, 12)),
        (any_number("128579", range(500)), IdKind.FNR, "tenor", date(1979, 5, 12)),
        (any_number("528579", range(500)), IdKind.DNR, "tenor", date(1979, 5, 12)),
        (any_number("527079", range(500)), IdKind.DNR, "nhn", date(1979, 5, 12)),
        (any_number("800000", range(500)), IdKind.FHN, None, None),
        (any_number("999999", range(500)), IdKind.FHN, None, None),
    ],
)
def test_kind_population_and_birth_date(
    text: str, kind: IdKind, synthetic: str | None, born: date | None
) -> None:
    found = parse_national_id(text)
    assert (found.value, found.kind, found.synthetic, found.born) == (text, kind, synthetic, born)


@pytest.mark.parametrize(
    ("individual", "short", "year"),
    [
        (0, 0, 1900),
        (499, 99, 1999),
        (500, 53, None),
        (500, 54, 1854),
        (749, 99, 1899),
        (750, 40, None),
        (899, 99, None),
        (900, 40, 1940),
        (999, 99, 1999),
        (500, 0, 2000),
        (999, 39, 2039),
    ],
)
def test_century_by_individual_number(individual: int, short: int, year: int | None) -> None:
    days = (number(f"{day:02}01{short:02}{individual:03}") for day in range(1, 32))
    values = [value for value in days if value]
    assert values
    for value in values:
        born = parse_national_id(value).born
        assert born == (date(year, 1, int(value[:2])) if year else None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "length"),
        ("   ", "length"),
        ("1311690021", "length"),
        ("131169002160", "length"),
        ("131169-00216", "digits"),
        ("1311690021x", "digits"),
        ("1311690021٦", "digits"),
        ("1311690021²", "digits"),
        ("00000000000", "date"),
        ("32010100000", "date"),
        ("00010100000", "date"),
        ("72010100000", "date"),
        ("01130100000", "date"),
        ("01000100000", "date"),
        ("01400100000", "date"),
        ("01530100000", "date"),
        ("01650100000", "date"),
        ("01780100000", "date"),
        ("01800100000", "date"),
        ("01930100000", "date"),
        ("29020100000", "date"),
        ("29020000000", "date"),  # 29 February 1900 by its series
        ("13116900217", "check-digits"),
        ("13116900226", "check-digits"),
        ("80000000000", "check-digits"),
    ],
)
def test_refused_with_a_stable_code(text: str, code: str) -> None:
    assert refusal(text) == code


def test_refusal_and_representation_do_not_hold_the_number() -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        parse_national_id("13116900217")
    assert "131169" not in f"{refused.value!r} {refused.value}"
    assert "131169" not in f"{parse_national_id('13116900216')!r}"


@pytest.mark.parametrize("text", ["131169 00216", " 13 11 69 002 16\n", "131169\u00a000216"])
def test_spaces_are_ignored(text: str) -> None:
    assert parse_national_id(text).value == "13116900216"
    assert compact(text) == "13116900216"


@pytest.mark.parametrize("remainder", [1, 2, 3])
def test_rule_of_2032_is_taken_and_its_century_is_unknown(remainder: int) -> None:
    value = any_number("020132", range(500, 1000), remainder=remainder)
    assert parse_national_id(value) == NationalId(
        value=value, kind=IdKind.FNR, synthetic=None, born=None
    )


@pytest.mark.parametrize("remainder", range(4, 11))
def test_other_remainders_of_k1_are_refused(remainder: int) -> None:
    value = any_number("020132", range(500, 1000), remainder=remainder)
    assert refusal(value) == "check-digits"


def test_unknown_century_still_needs_a_day_that_exists() -> None:
    assert refusal(any_number("290200", range(500, 1000), remainder=1)) is None
    assert refusal(any_number("290201", range(500, 1000), remainder=1)) == "date"


@given(BORN, SERIALS)
def test_make_tenor_round_trip(born: date, serial: int) -> None:
    found = parse_national_id(make_tenor(born=born, serial=serial))
    assert (found.kind, found.synthetic, found.born) == (IdKind.FNR, "tenor", born)
    assert number(found.value[:9]) == found.value


@pytest.mark.parametrize("year", [1854, 1899, 1900, 1939, 1940, 1999, 2000, 2039])
def test_make_tenor_gives_each_number_once_and_ends(year: int) -> None:
    made: list[str] = []
    with pytest.raises(ValueError, match="left"):
        for serial in range(1000):
            made.append(make_tenor(born=date(year, 2, 28), serial=serial))
    assert len(made) == len(set(made)) > 200
    assert {parse_national_id(value).born for value in made} == {date(year, 2, 28)}


@pytest.mark.parametrize("year", [1853, 2040])
def test_make_tenor_outside_every_series(year: int) -> None:
    with pytest.raises(ValueError, match="left"):
        make_tenor(born=date(year, 6, 1), serial=0)


def test_make_tenor_refuses_negative_serials() -> None:
    with pytest.raises(ValueError, match="serial"):
        make_tenor(born=date(1948, 4, 11), serial=-1)


@given(BORN, st.integers(0, 999), st.integers(0, 3))
def test_every_single_wrong_digit_is_refused(born: date, individual: int, remainder: int) -> None:
    """Under both rules: K2 alone finds it, as no weight of K2 is 0 modulo 11."""
    value = number(f"{born:%d%m%y}{individual:03}", remainder=remainder) or "13116900216"
    for place, digit in product(range(11), "0123456789"):
        changed = value[:place] + digit + value[place + 1 :]
        assert changed == value or refusal(changed) in ("date", "check-digits")


@given(BORN, st.integers(0, 999), st.integers(0, 3))
def test_every_swap_of_neighbours_is_refused(born: date, individual: int, remainder: int) -> None:
    """Under both rules: neighbouring weights of K2 differ modulo 11."""
    value = number(f"{born:%d%m%y}{individual:03}", remainder=remainder) or "13116900216"
    for i in range(10):
        swapped = value[:i] + value[i + 1] + value[i] + value[i + 2 :]
        assert swapped == value or refusal(swapped) in ("date", "check-digits")


def test_rule_of_2032_lets_more_double_errors_through() -> None:
    """What the rule costs: two wrong digits among the last five pass about four times as often."""
    value, taken, taken_1964 = "13116900216", 0, 0
    for (i, j), a, b in product(combinations(range(6, 11), 2), "0123456789", "0123456789"):
        if a != value[i] and b != value[j]:
            wrong = value[:i] + a + value[i + 1 : j] + b + value[j + 1 :]
            taken += refusal(wrong) is None
            taken_1964 += number(wrong[:9]) == wrong
    assert 0 <= taken_1964 < taken <= 810 * 0.1


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("13116900216", "urn:oid:2.16.578.1.12.4.1.4.1"),
        ("13717404089", "urn:oid:2.16.578.1.12.4.1.4.1"),
        (any_number("520579", range(500)), "urn:oid:2.16.578.1.12.4.1.4.2"),
        (any_number("800000", range(500)), "urn:oid:2.16.578.1.12.4.1.4.3"),
        (any_number("124579", range(500)), "HNR"),
    ],
)
def test_system_of(text: str, system: str) -> None:
    assert system_of(parse_national_id(text)) == system


def test_other_systems() -> None:
    assert systems.HPR == "urn:oid:2.16.578.1.12.4.1.4.4"
    assert systems.HER == "urn:oid:2.16.578.1.12.4.1.2"
    assert systems.ENH == "urn:oid:2.16.578.1.12.4.1.4.101"
    assert systems.RSH == "urn:oid:2.16.578.1.12.4.1.4.102"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("11044812345", "110448 •••••"),
        ("110448 12345", "110448 •••••"),
        ("Kari Nordmann", "•••••• •••••"),
        ("", "•••••• •••••"),
    ],
)
def test_masked(value: str, shown: str) -> None:
    assert masked(value) == shown


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("974760673", True),  # Brønnøysundregistrene
        ("971526920", True),  # Statistisk sentralbyrå
        ("974760674", False),
        ("974 760 673", False),
        ("97476067", False),
        ("9747606730", False),
        ("000000000", False),
        ("97476067x", False),
        ("", False),
    ],
)
def test_valid_orgnr(value: str, valid: bool) -> None:
    assert valid_orgnr(value) is valid


@given(st.integers(0, 9_999_998))
def test_make_orgnr(seed: int) -> None:
    made = make_orgnr(seed)
    assert valid_orgnr(made)
    assert made[0] in "89"
    assert made != make_orgnr(seed + 1)
    assert made == make_orgnr(seed + 10_000_000)


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("123456", False),
        ("1234567", True),
        ("123456789", True),
        ("1234567890", False),
        ("123456x", False),
    ],
)
def test_valid_hpr(value: str, valid: bool) -> None:
    assert valid_hpr(value) is valid
