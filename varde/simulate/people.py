"""People who never lived: a cooperation of ten municipalities with 213 patients, from a seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from varde.core.identifiers import make_tenor

WOMEN = [
    "Astrid",
    "Aslaug",
    "Borghild",
    "Dagny",
    "Eldbjørg",
    "Else",
    "Gerd",
    "Gudrun",
    "Haldis",
    "Hjørdis",
    "Inger",
    "Ingebjørg",
    "Johanne",
    "Kirsten",
    "Laila",
    "Liv",
    "Magnhild",
    "Margit",
    "Oddny",
    "Ragna",
    "Reidun",
    "Ruth",
    "Signe",
    "Sigrid",
    "Solfrid",
    "Solveig",
    "Svanhild",
    "Torunn",
    "Unni",
    "Valborg",
    "Vigdis",
    "Wenche",
    "Åshild",
]
MEN = [
    "Alf",
    "Anders",
    "Arvid",
    "Asbjørn",
    "Birger",
    "Egil",
    "Einar",
    "Erling",
    "Finn",
    "Gunnar",
    "Halvard",
    "Harald",
    "Ingvar",
    "Ivar",
    "Jostein",
    "Kjell",
    "Knut",
    "Leif",
    "Magne",
    "Odd",
    "Olav",
    "Oddvar",
    "Per",
    "Ragnar",
    "Rolf",
    "Sigurd",
    "Steinar",
    "Sverre",
    "Terje",
    "Tor",
    "Torleif",
    "Trygve",
    "Øystein",
]
FAMILIES = [
    "Aspelund",
    "Bakkejord",
    "Bergstad",
    "Birkenes",
    "Brattland",
    "Dalheim",
    "Eikrem",
    "Ellingvåg",
    "Espedal",
    "Fagerli",
    "Fjeldheim",
    "Flatland",
    "Fosseide",
    "Furuseth",
    "Granlund",
    "Grønås",
    "Gullvåg",
    "Haugrud",
    "Heimdalsli",
    "Hellestø",
    "Hovdenak",
    "Høgsæter",
    "Kvalheim",
    "Kvernmo",
    "Langeng",
    "Lindvåg",
    "Lundestad",
    "Lyngmo",
    "Moseby",
    "Myrland",
    "Nesvåg",
    "Nordbøe",
    "Oppegaarden",
    "Osdal",
    "Rabben",
    "Rognlien",
    "Rønnestad",
    "Sandnesmo",
    "Selvåg",
    "Skarstein",
    "Skogheim",
    "Solbakken",
    "Stavnem",
    "Steinsland",
    "Strandvåg",
    "Sørlien",
    "Tangvald",
    "Teigland",
    "Tjørhom",
    "Torvund",
    "Tveitane",
    "Ulvestad",
    "Vadheim",
    "Vestbøstad",
    "Vikholmen",
    "Ytreland",
    "Åmodt",
    "Østerheim",
]
MUNICIPALITIES = (
    "Bjørkfjord", "Eidsnes", "Granvåg", "Hellandsbygd", "Kvitsund",
    "Lauvdal", "Nordheia", "Skarvik", "Storåsen", "Tindvoll",
)  # fmt: skip
DEPARTMENTS = ("Lungeavdelingen", "Hjerteavdelingen")
PRACTICES = (
    "Legesenteret Brygga", "Fjordlegene", "Heia legekontor", "Lauvdal legesenter",
    "Sentrum legegruppe", "Skarvik legekontor",
)  # fmt: skip


@dataclass(frozen=True)
class MadePatient:
    """A simulated patient; `spo2` and the like are what is usual for this person."""

    number: int
    given: str
    family: str
    born: date
    national_id: str
    phone: str
    programme: str
    municipality: int
    practice: int
    service_model: int
    weekday: int
    weeks_ago: int  # when follow-up began, before the simulation's first day when > 26
    spo2: float
    pulse: float
    systolic: float
    diastolic: float
    weight: float
    forgets: float  # the chance of not reporting on a due day
    kin: tuple[str, str, str]


COPD, HEART_FAILURE = 190, 23
NOBODY = "58"  # the series of machines: as eight digits it is nobody's telephone in Norway


def patients(seed: str, today: date, n: int = COPD + HEART_FAILURE) -> list[MadePatient]:
    """`n` patients in the proportions of the reference; the first two are the personas.

    `today` is the day the demo is founded: the same seed and day give the same people.
    """
    made: list[MadePatient] = []
    taken: set[tuple[str, str]] = set()
    born: dict[date, int] = {}  # how many were born that day: each has a number of their own
    for number in range(n):
        rng = Random(f"{seed}:patient:{number}")
        patient = _patient(number, rng, n, today)
        while (patient.given, patient.family) in taken:
            patient = _patient(number, rng, n, today)
        taken.add((patient.given, patient.family))
        serial = born.get(patient.born, 0)
        born[patient.born] = serial + 1
        made.append(replace(patient, national_id=make_tenor(born=patient.born, serial=serial)))
    return made


def _patient(number: int, rng: Random, n: int, today: date) -> MadePatient:
    heart = number == 1 or number >= n - round(n * (HEART_FAILURE - 1) / (COPD + HEART_FAILURE))
    woman = rng.random() < 0.56
    given = rng.choice(WOMEN if woman else MEN)
    family = rng.choice(FAMILIES)
    born = _born(number, rng, today)
    persona = number < 2
    if persona:
        given, family = (("Solfrid", "Lyngmo"), ("Trygve", "Hovdenak"))[number]
        woman = number == 0
        born = (date(1948, 4, 11), date(1944, 9, 30))[number]
    child = rng.choice((("datter", WOMEN), ("sønn", MEN), ("nabo", WOMEN)))
    return MadePatient(
        number=number,
        given=given,
        family=family,
        born=born,
        national_id="",
        phone=f"{NOBODY}{rng.randrange(10**6):06d}",
        programme="heart-failure" if heart else "copd",
        municipality=number % 10 if number < 20 else _weighted(rng),
        practice=rng.randrange(len(PRACTICES)) if not persona else 0,
        service_model=2 if persona else rng.choices((1, 2, 3), (0.72, 0.06, 0.22))[0],
        weekday=rng.randrange(5),
        weeks_ago=20 if persona else _weeks(rng),
        spo2=round(rng.gauss(96.0, 1.2) if heart else rng.gauss(93.6, 1.3), 1),
        pulse=round(min(92, max(58, rng.gauss(76, 8))), 1),
        systolic=round(min(152, max(108, rng.gauss(132, 11))), 1),
        diastolic=round(min(88, max(64, rng.gauss(76, 6))), 1),
        weight=round(rng.gauss(82 if heart else 74 - 8 * woman, 13), 1),
        forgets=0.01 if persona else rng.choice((0.02, 0.03, 0.05, 0.08, 0.25)),
        kin=(
            f"{rng.choice([one for one in child[1] if one != given])} {family}",
            child[0],
            f"{NOBODY}{rng.randrange(10**6):06d}",
        ),
    )


def _born(number: int, rng: Random, today: date) -> date:
    """Ages 51–96 with mean 74, on the day the demo is founded."""
    age = min(96.4, max(51.2, rng.gauss(74.5, 9.0) if number > 3 else (96.2, 51.3)[number % 2]))
    return today - timedelta(days=round(age * 365.25))


def _weighted(rng: Random) -> int:
    return rng.choices(range(10), (28, 22, 14, 11, 8, 6, 5, 3, 2, 1))[0]


def _weeks(rng: Random) -> int:
    """New patients come every week; most have been followed for half a year or more."""
    return rng.choices((1, rng.randrange(2, 8), rng.randrange(8, 26), 26), (3, 9, 33, 55))[0]
