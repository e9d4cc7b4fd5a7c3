"""Norwegian identifiers: national numbers of persons, organisation numbers, HPR numbers.

A number is read here and nowhere else. Whether a synthetic number may be used is a setting of the
installation, decided by the caller from `NationalId.synthetic`. Error messages and representations
never hold the number itself, so that neither reaches a log.

Sources: fødselsnummer, folkeregisterforskriften § 2-2-1 (layout, series) and Skatteetaten,
«Nytt fødselsnummer fra 2032» (check digits, century); D-number, Skatteetaten; H-number,
HIS 1001; FH-number, Norsk helsenett; organisation number, Brønnøysundregistrene.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Final, Literal

Synthetic = Literal["tenor", "dolly", "nhn"]
ErrorCode = Literal["length", "digits", "date", "check-digits"]

_K1_WEIGHTS: Final = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_K2_WEIGHTS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_ORGNR_WEIGHTS: Final = (3, 2, 7, 6, 5, 4, 3, 2, 1)

_K1_REMAINDERS_2032: Final = range(4)
"""Accepted remainders of K1; 0 is the rule of 1964, 1–3 come with the rule of 2032."""

_OFFSETS: Final[tuple[tuple[int, Synthetic | None], ...]] = (
    (0, None),
    (40, "dolly"),
    (65, "nhn"),
    (80, "tenor"),
)
"""What is added to the month (1–12), and the test population that does so."""

_SERIES: Final = (
    (0, 499, 1900, 1999),
    (900, 999, 1940, 1999),
    (500, 749, 1854, 1899),
    (500, 999, 2000, 2039),
)
"""First and last individual number, first and last year of birth (both included)."""

_ORGNR_SEEDS: Final = 10_000_000


class systems:
    """FHIR `Identifier.system` of each kind of number (HL7 Norway, no-basis)."""

    FNR: Final = "urn:oid:2.16.578.1.12.4.1.4.1"
    DNR: Final = "urn:oid:2.16.578.1.12.4.1.4.2"
    FHN: Final = "urn:oid:2.16.578.1.12.4.1.4.3"
    HPR: Final = "urn:oid:2.16.578.1.12.4.1.4.4"
    ENH: Final = "urn:oid:2.16.578.1.12.4.1.4.101"
    RSH: Final = "urn:oid:2.16.578.1.12.4.1.4.102"
    HER: Final = "urn:oid:2.16.578.1.12.4.1.2"
    HNR: Final = "HNR"
    """Local to the organisation that gave the number: meaningless without its assigner."""


class IdKind(StrEnum):
    """Kinds of national numbers, by their codes in code system 8116."""

    FNR = "FNR"
    DNR = "DNR"
    HNR = "HNR"
    FHN = "FHN"


class InvalidIdentifier(ValueError):
    """A text that is no national number; `code` is stable and never holds the text."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code)
        self.code: ErrorCode = code


@dataclass(frozen=True)
class NationalId:
    """A number that passed every check; eleven digits without spaces.

    `born` is what the number says, not what the register says, and for an H-number it may be an
    estimate. It is None when the number does not tell: FH-numbers, and numbers whose century
    cannot be known (see `_year`).
    """

    value: str = field(repr=False)
    kind: IdKind
    synthetic: Synthetic | None
    born: date | None = field(repr=False)


def parse_national_id(text: str) -> NationalId:
    """The national number in `text`; spaces of any sort are ignored.

    Raises InvalidIdentifier with the first code that applies, in this order: `digits` (something
    is neither digit nor space), `length` (not eleven), `date` (no such day), `check-digits`.
    """
    value = compact(text)
    _require_eleven_digits(value)
    kind, synthetic = _kind(value)
    born = None if kind is IdKind.FHN else _born(value)
    if not _check_digits_hold(value):
        raise InvalidIdentifier("check-digits")
    return NationalId(value=value, kind=kind, synthetic=synthetic, born=born)


def system_of(number: NationalId) -> str:
    """FHIR system of the number. Synthetic numbers share the system of real ones."""
    return {
        IdKind.FNR: systems.FNR,
        IdKind.DNR: systems.DNR,
        IdKind.FHN: systems.FHN,
        IdKind.HNR: systems.HNR,
    }[number.kind]


def masked(value: str) -> str:
    """The first six digits, the rest hidden: `110448 •••••`.

    For screens and logs: never raises; a text that is not eleven digits is hidden completely.
    """
    digits = compact(value)
    shown = digits[:6] if _is_digits(digits) and len(digits) == 11 else "••••••"
    return f"{shown} •••••"


def compact(text: str) -> str:
    """`text` without white space of any sort, also the no-break space of copied text."""
    return "".join(text.split())


def make_tenor(*, born: date, serial: int) -> str:
    """The synthetic number with this serial (from 0) for a birth date: month + 80, as Tenor does.

    Deterministic; individual numbers ascend within the series of the year, and both check digits
    follow the rule of 1964. Raises ValueError when the serial is negative, the date has no series
    (before 1854, after 2039) or the series is used up.
    """
    if serial < 0:
        raise ValueError("serial must be 0 or more")
    for number in islice(_tenor_numbers(born), serial, None):
        return number
    raise ValueError("no number left for this birth date")


def valid_orgnr(value: str) -> bool:
    """Whether `value` is nine digits with the right check digit and no leading zero.

    Enterprises have 8 or 9 first, Tenor's synthetic ones 2 or 3; the first digit is not held
    against a number otherwise. Spaces are refused: `compact` what was typed first.
    """
    shaped = len(value) == 9 and _is_digits(value) and value[0] != "0"
    return shaped and _weighted(value, _ORGNR_WEIGHTS) % 11 == 0


def make_orgnr(seed: int) -> str:
    """A valid organisation number with first digit 8 or 9, for demonstration and tests.

    Deterministic, and different for every seed within ten million in a row; then they repeat.
    Of two stems that differ by one in the last digit (weight 2) at most one lacks a check digit.
    """
    stem = 80_000_000 + 2 * (seed % _ORGNR_SEEDS)
    found = _with_digit(str(stem), _ORGNR_WEIGHTS) or _with_digit(str(stem + 1), _ORGNR_WEIGHTS)
    if found is None:
        raise AssertionError("two neighbouring stems without a check digit")
    return found


def valid_hpr(value: str) -> bool:
    """Whether `value` can be an HPR number: seven to nine digits. It has no check digit."""
    return 7 <= len(value) <= 9 and _is_digits(value)


def _is_digits(value: str) -> bool:
    """Only 0–9: `isdigit` alone takes other scripts and superscripts too."""
    return value.isascii() and value.isdigit()


def _require_eleven_digits(value: str) -> None:
    """Raises InvalidIdentifier: `digits` first, as a letter is the likelier slip to point at."""
    if value and not _is_digits(value):
        raise InvalidIdentifier("digits")
    if len(value) != 11:
        raise InvalidIdentifier("length")


def _kind(value: str) -> tuple[IdKind, Synthetic | None]:
    """Kind and test population. Raises InvalidIdentifier(`date`) for a month of neither.

    8 or 9 first: FH-number, the other digits random. (Local H-numbers of that shape are no longer
    made.) Month 41–52 is both the H-number and Dolly's offset and cannot be told apart: it is an
    HNR *and* marked `dolly`, so an installation that refuses synthetic numbers refuses it unless
    it knows who assigned it. A D-number is never an H-number: with month 41–52 it is Dolly's.
    """
    if value[0] in "89":
        return IdKind.FHN, None
    _, synthetic = _month(value)
    if value[0] in "4567":
        return IdKind.DNR, synthetic
    return (IdKind.HNR if synthetic == "dolly" else IdKind.FNR), synthetic


def _month(value: str) -> tuple[int, Synthetic | None]:
    """Month of birth 1–12 and the population its offset tells of."""
    coded = int(value[2:4])
    for offset, synthetic in _OFFSETS:
        if 1 <= coded - offset <= 12:
            return coded - offset, synthetic
    raise InvalidIdentifier("date")


def _born(value: str) -> date | None:
    """Date of birth; None when the century is unknown. Raises InvalidIdentifier(`date`).

    Without a century the day must exist in 20YY, which has every 29 February that 18YY and 19YY
    have (Skatteetaten's own check assumes the same).
    """
    day = int(value[:2]) - (40 if value[0] in "4567" else 0)
    month, _ = _month(value)
    year = _year(value)
    try:
        born = date(year or 2000 + int(value[4:6]), month, day)
    except ValueError:
        raise InvalidIdentifier("date") from None
    return born if year else None


def _year(value: str) -> int | None:
    """Year of birth by the series of the individual number, or None.

    None for a number that only the rule of 2032 allows (K1 remainder 1–3: its individual number
    says nothing about the century) and for a pair of individual number and year in no series.
    A number given after 2032 with remainder 0 cannot be told from an older one: where age matters
    the register's date goes before this one.
    """
    if _weighted(value, _K1_WEIGHTS) % 11 in _K1_REMAINDERS_2032[1:]:
        return None
    individual, short = int(value[6:9]), int(value[4:6])
    for low, high, first, last in _SERIES:
        year = first // 100 * 100 + short
        if low <= individual <= high and first <= year <= last:
            return year
    return None


def _check_digits_hold(value: str) -> bool:
    """K1 by the rule of 1964 or of 2032, K2 by the one rule it has.

    K2's weights differ from 0 and from their neighbours modulo 11, so K2 alone finds every single
    wrong digit and every swap of two neighbours. The rule of 2032 costs nothing of that; what it
    weakens is the finding of two or more independent errors.
    """
    k1 = _weighted(value, _K1_WEIGHTS) % 11
    k2 = _weighted(value, _K2_WEIGHTS) % 11
    return k1 in _K1_REMAINDERS_2032 and k2 == 0


def _weighted(digits: str, weights: Sequence[int]) -> int:
    """Sum of digit x weight, as far as the shorter of the two goes."""
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False))


def _with_digit(stem: str, weights: Sequence[int]) -> str | None:
    """`stem` and its modulus 11 check digit (last weight is 1); None when it would be 10."""
    digit = -_weighted(stem, weights) % 11
    return None if digit == 10 else f"{stem}{digit}"


def _tenor_numbers(born: date) -> Iterator[str]:
    """Every synthetic number of a birth date that has both check digits, ascending per series."""
    prefix = f"{born.day:02}{born.month + 80}{born.year % 100:02}"
    for low, high, first, last in _SERIES:
        if not first <= born.year <= last:
            continue
        for individual in range(low, high + 1):
            with_k1 = _with_digit(f"{prefix}{individual:03}", _K1_WEIGHTS)
            number = with_k1 and _with_digit(with_k1, _K2_WEIGHTS)
            if number:
                yield number
