"""The course of a simulated patient: what is measured and answered on a day, from a seed.

Worsening builds up over days and goes over again; now and then a finger is cold, and now and
then nobody measures. A day depends on the seed, the patient and the date, and on nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from varde.simulate.people import MadePatient

BLOCK = 24  # days: at most one worsening begins in each block
CHANCE = 0.17


@dataclass(frozen=True)
class Sent:
    """What one patient sends once: local time, values by kind, answers by question."""

    at: datetime
    values: dict[str, float]
    answers: dict[str, str]
    comment: str = ""


COMMENTS = {
    "copd": (
        "Klarte ikke trappa i går kveld.",
        "Sov dårlig, måtte sitte oppe.",
        "Har vært forkjølet siden helga.",
        "Bedre i dag enn i går.",
    ),
    "heart-failure": (
        "Skoene er trange igjen.",
        "Måtte opp tre ganger i natt.",
        "Har spist ute to dager på rad.",
        "Kjenner meg fin i dag.",
    ),
}


def severity(patient: MadePatient, day: date, seed: str) -> float:
    """How bad it is that day: 0 as usual, about 0.5 yellow, 1 and more red."""
    ordinal = day.toordinal() + patient.number * 7
    return max(_episode(patient, ordinal, ordinal // BLOCK - back, seed) for back in (0, 1))


def _episode(patient: MadePatient, ordinal: int, block: int, seed: str) -> float:
    rng = Random(f"{seed}:episode:{patient.number}:{block}")
    if rng.random() > CHANCE * (1.6 if patient.spo2 < 93 else 1.0):
        return 0.0
    begins = block * BLOCK + rng.randrange(BLOCK)
    rise, top, fall = rng.randrange(3, 7), rng.randrange(1, 4), rng.randrange(4, 9)
    peak = rng.choices((0.55, 0.8, 1.25), (0.45, 0.35, 0.2))[0]
    n = ordinal - begins
    if n < 0 or n >= rise + top + fall:
        return 0.0
    if n < rise:
        return peak * (n + 1) / rise
    return peak if n < rise + top else peak * (1 - (n - rise - top + 1) / fall)


def reports(patient: MadePatient, day: date, seed: str, zone: ZoneInfo) -> Sent | None:
    """What the patient sends on a day a report is due; None when it is forgotten."""
    rng = Random(f"{seed}:day:{patient.number}:{day.isoformat()}")
    if rng.random() < patient.forgets:
        return None
    bad = severity(patient, day, seed)
    minutes = round(min(840, max(370, rng.gauss(540, 75))))  # most between 7 and 11
    if rng.random() < 0.1:  # and some after supper
        minutes = rng.randrange(17 * 60, 22 * 60)
    local = datetime.combine(day, time(), zone) + timedelta(minutes=minutes)
    comment = rng.choice(COMMENTS[patient.programme]) if rng.random() < 0.02 + 0.05 * bad else ""
    return Sent(local, _values(patient, bad, rng), _answers(patient, bad, rng), comment)


def again(patient: MadePatient, day: date, seed: str, zone: ZoneInfo) -> Sent | None:
    """Who is worse may measure once more in the afternoon or evening, due or not."""
    rng = Random(f"{seed}:again:{patient.number}:{day.isoformat()}")
    bad = severity(patient, day, seed)
    if bad < 0.5 or rng.random() > 0.4:
        return None
    minutes = rng.randrange(15 * 60 + 5, 22 * 60)
    local = datetime.combine(day, time(), zone) + timedelta(minutes=minutes)
    return Sent(local, _values(patient, bad, rng), _answers(patient, bad, rng))


def _values(patient: MadePatient, bad: float, rng: Random) -> dict[str, float]:
    pulse = patient.pulse + rng.gauss(0, 4) + 22 * bad
    systolic = patient.systolic + rng.gauss(0, 7) - 4 * bad
    values = {
        "pulse": float(round(max(52, pulse))),
        "systolic": float(round(systolic)),
        "diastolic": float(round(min(systolic - 22, patient.diastolic + rng.gauss(0, 4)))),
    }
    if patient.programme == "copd":
        spo2 = patient.spo2 + rng.gauss(0, 0.7) - 5.6 * bad
        cold_finger = rng.random() < 0.006
        values["spo2"] = float(round(min(99, spo2 - (rng.randrange(5, 12) if cold_finger else 0))))
    else:
        values["weight"] = round(patient.weight + rng.gauss(0, 0.15) + 2.6 * bad, 1)
    return values


def _answers(patient: MadePatient, bad: float, rng: Random) -> dict[str, str]:
    felt = bad + rng.gauss(0, 0.09)
    breathing = "much-worse" if felt > 1.1 else "worse" if felt > 0.42 else "as-usual"
    if patient.programme == "copd":
        return {
            "breathing": breathing,
            "cough": "more" if felt > 0.5 else "no",
            "sputum": "discoloured" if felt > 0.75 else "more" if felt > 0.5 else "as-usual",
            "general": "worse" if felt > 0.7 else "well",
        }
    return {
        "breathing": breathing,
        "night": "pillows" if felt > 0.6 else "as-usual",
        "swelling": "more" if felt > 0.45 else "no",
        "dizzy": "no",
    }
