"""Every rule has its words: what it takes, and why a report was judged as it was."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from tests.people import Cast
from tests.triage.test_further_rules import fuller, made
from varde.core.programme import Programme
from varde.core.programme_file import parse
from varde.core.replay import replay
from varde.core.verdict import Reason
from varde.core.zones import Zone
from varde.web.texts.rules import rule_lines
from varde.web.texts.sentences import for_nurse, for_patient

GREY, GREEN, YELLOW, RED = Zone
NEWS = {"id": "news", "rule": "news2", "name": {"nb": "NEWS2", "nn": "NEWS2", "en": "NEWS2"},
        "alert": {"question": "general", "choices": ["well"]}}  # fmt: skip
OSLO = ZoneInfo("Europe/Oslo")


@cache
def programme() -> Programme:
    content = fuller()
    return parse(content | {"rules": [*content["rules"], NEWS]})


def plain(told: tuple[str, str]) -> str:
    return ": ".join(part for part in told if part).replace("\u00a0", " ")


REASONS = [
    (
        Reason("spo2", "sustained", RED, 89, 90, named="often", figure=3, of=4, side="below"),
        "SpO₂ 89 %: rød: 3 av de siste 4 gangene under 90",
        "Oksygenet er 89 %: Under grensen din 3 av de siste 4 gangene.",
    ),
    (
        Reason("pulse", "sustained", RED, 110, named="often", figure=2, of=2, side="above"),
        "Puls 110: rød: 2 av de siste 2 gangene over grensen",
        "Pulsen er 110: Over grensen din 2 av de siste 2 gangene.",
    ),
    (
        Reason("spo2", "mean", YELLOW, 91, 2.06, base=93.1, days=7, named="week", figure=90.6,
               side="below"),
        "SpO₂ 91 %: gul: snittet på 7 døgn er 90,6, i de første dagene 93,1 (fra 2,06 under)",
        "Oksygenet er 91 %: De siste 7 dagene har det vært lavere enn i starten, da det var 93 %.",
    ),
    (
        Reason("weight", "trend", YELLOW, 83.2, 0.7, days=14, named="slow", figure=0.9,
               side="above"),
        "Vekt 83,2 kg: gul: de siste dagenes snitt ligger 0,9 over snittet av de 14 siste "
        "(fra 0,7)",
        "Vekten er 83,2 kg: Det har steget de siste dagene.",
    ),
    (
        Reason("pulse", "away", YELLOW, 98, 15, base=80, named="own", figure=18, side="above"),
        "Puls 98: gul, 18 over det vanlige 80,0 (fra 15 over)",
        "Pulsen er 98: Vanlig for deg er 80.",
    ),
    (
        Reason("rule:points", "sum", RED, bound=6, named="points", figure=7),
        "Prøve: 7 poeng: rød fra 6",
        "Prøve: 7 poeng: 6 eller mer er rødt for deg.",
    ),
    (
        Reason("rule:points", "sum-rise", YELLOW, bound=2, base=1, named="points", figure=3,
               days=5),
        "Prøve: 3 poeng: gul: sist 1, fra 2 mer på 5 døgn",
        "Prøve: 3 poeng: Det er mer enn sist.",
    ),
    (
        Reason("rule:points", "incomplete", GREY, named="points", figure=1,
               lacks=("sputum", "general")),
        "Prøve er ufullstendig: mangler slim og allmenntilstand",
        "Prøve kunne ikke regnes ut: Noe mangler. En sykepleier ser på det.",
    ),
    (
        Reason(
            "rule:both", "together", RED, named="both", figure=2, of=3,
            parts=("pulse", "breathing"),
        ),
        "Prøve: rød: 2 av 3 på en gang: puls og pust",
        "Prøve: Flere tegn på en gang.",
    ),
    (
        Reason(
            "rule:both", "together", RED, named="both", figure=2, of=3,
            parts=("spo2=89", "sputum=discoloured"),
        ),
        "Prøve: rød: 2 av 3 på en gang: SpO₂ 89 % og gult eller grønt slim",
        "Prøve: Flere tegn på en gang.",
    ),
    (
        Reason("rule:points", "sum", RED, bound=6, named="points", figure=7,
               parts=("sputum=3", "general=4")),
        "Prøve: 7 poeng (slim 3, allmenntilstand 4): rød fra 6",
        "Prøve: 7 poeng: 6 eller mer er rødt for deg.",
    ),
    (
        Reason("rule:news", "news2", YELLOW, bound=5, named="news", figure=6,
               parts=("spo2=3", "oxygen=2", "pulse=1")),
        "NEWS2: 6 poeng (SpO₂ 3, om det gis oksygen 2, puls 1): gul fra 5",
        "NEWS2: 6 poeng: 5 eller mer er gult for deg.",
    ),
    (
        Reason("spo2", "within", GREEN, 95, lowest=90),
        "SpO₂ 95 %: grønn fra 90",
        "Oksygenet er 95 %",
    ),
    (
        Reason("systolic", "within", GREEN, 128, lowest=100, highest=160),
        "Blodtrykk, øvre 128: grønn fra 100 til 160",
        "Det øverste blodtrykket er 128",
    ),
    (
        Reason("weight", "within", GREEN, 82.4, 1.0, base=82.0, days=2),
        "Vekt 82,4 kg: grønn, 0,4 mer enn 82 på 2 døgn (grensen er 1 mer)",
        "Vekten er 82,4 kg",
    ),
    (
        Reason("weight", "within", GREEN, 81.6, 1.0, base=82.0, days=1),
        "Vekt 81,6 kg: grønn, 0,4 mindre enn 82 på ett døgn (grensen er 1 mer)",
        "Vekten er 81,6 kg",
    ),
    (
        Reason("weight", "rise", RED, 84.5, 2.0, base=82.0, days=2),
        "Vekt +2,5 kg på 2 døgn, 82,0 til 84,5: rød over 2,0",
        "Du har gått opp 2,5 kg på 2 døgn: Vekten er 84,5 kg, før 82,0 kg. "
        "Mer enn 2,0 kg er rødt for deg.",
    ),
    (
        Reason("spo2", "drop", RED, 91, 5, base=96),
        "SpO₂ 91 %: rød fra 5 under det vanlige 96",
        "Oksygenet er 91 %: Vanlig for deg er 96 %. 5 eller mer under det er rødt for deg.",
    ),
    (
        Reason("spo2", "below", RED, 87, 88, also=("drop", "sustained")),
        "SpO₂ 87 %: rød under 88, også under det vanlige og gjentatt utenfor",
        "Oksygenet er 87 %: Under 88 % er rødt for deg.",
    ),
    (
        Reason("spo2", "below", RED, 79, 88, critical=True),
        "SpO₂ 79 %: rød under 88, kritisk under 80",
        "Oksygenet er 79 %: Under 88 % er rødt for deg.",
    ),
    (
        Reason("rule:news", "news2", YELLOW, bound=5, named="news", figure=6),
        "NEWS2: 6 poeng: gul fra 5",
        "NEWS2: 6 poeng: 5 eller mer er gult for deg.",
    ),
    (
        Reason("rule:news", "news2-three", YELLOW, "respiration", named="news", figure=3),
        "NEWS2: 3 poeng: gul: 3 poeng for pustefrekvens",
        "NEWS2: 3 poeng: En av målingene skiller seg mye ut.",
    ),
    (
        Reason("rule:news", "incomplete", GREY, named="news", figure=2,
               lacks=("spo2", "oxygen", "consciousness")),
        "NEWS2 er ufullstendig: mangler SpO₂, om det gis oksygen og bevissthet",
        "NEWS2 kunne ikke regnes ut: Noe mangler. En sykepleier ser på det.",
    ),
    (
        Reason("spo2", "technique", YELLOW, 86, 88, figure=94, side="below"),
        "SpO₂ 86 %: gul, teknikk? Ny måling 94 %",
        "Oksygenet er 86 %: Da du målte en gang til, var det 94 %.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "nurse", "patient"), REASONS, ids=lambda one: "")
def test_a_reason_is_told_with_the_numbers_used(reason: Reason, nurse: str, patient: str) -> None:
    with translation.override("nb"):
        assert plain(for_nurse(reason, [programme()])) == nurse
        assert plain(for_patient(reason, [programme()])) == patient


@pytest.mark.parametrize("language", ["nb", "nn", "en", "se"])
def test_every_reason_is_told_in_every_language(them: Cast, language: str) -> None:
    with translation.override(language):
        for seed in range(3):
            for _, found in replay(made(them, seed), programme(), {}, zone=OSLO):
                for reason in found.reasons:
                    for told in (
                        for_nurse(reason, [programme()]),
                        for_patient(reason, [programme()]),
                    ):
                        assert told[0]
                        assert "%(" not in plain(told)


def test_what_each_rule_takes_is_said() -> None:
    with translation.override("nb"):
        lines = rule_lines([programme()])
    assert lines[-7:] == [
        "Prøve: rød når 2 av de siste 3 er utenfor.",
        "Prøve: gul når snittet på 7 døgn ligger 1,645 standardavvik fra de første dagene.",
        "Prøve: gul fra 0,3 og rød fra 0,8 over snittet av 7 døgn.",
        "Prøve: gul fra 1 og rød fra 3 spredninger fra det vanlige.",
        "Prøve: gul fra 3 og rød fra 6 poeng.",
        "Prøve: rød når 2 av 2 tegn er der på en gang: slim og temperatur.",
        "NEWS2 (skala 1): gul fra 5 og rød fra 7 poeng, gul også ved 3 for én del.",
    ]
