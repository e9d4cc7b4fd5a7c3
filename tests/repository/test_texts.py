"""Every status has its word; every zone its shape and colour; no code is shown to a person.

And every text is said in every language it should be said in.
"""

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import override_settings
from django.utils.translation import gettext, ngettext, override, pgettext

from scripts import texts as catalogues
from tests.repository.house import ROOT, VARDE
from varde.catalogue.actions import shipped
from varde.config import boot
from varde.core.access import Ground, Role
from varde.core.pathway import Stage
from varde.core.programme_file import parse
from varde.core.quantities import KINDS
from varde.core.zones import Zone
from varde.pathway.closing import TASK_OF
from varde.triage.handling import ACTS, ASSESSMENTS, NEXT_STEPS
from varde.triage.models import GROUNDS as THRESHOLD_GROUNDS
from varde.web.nurse.work import _task
from varde.web.texts import numbers, statuses
from varde.web.texts.kinds import KIND_TEXTS, SHORT_UNITS
from varde.web.texts.statuses import ZONE_OF

ZONES = [zone.slug for zone in Zone]
TEXTS: list[tuple[str, Iterable[str], Mapping[str, object]]] = [
    ("Zone, the word", ZONES, statuses.ZONE_WORDS),
    ("Zone, the name", ZONES, statuses.ZONE_NAMES),
    ("Zone, the colour", ZONES, statuses.ZONE_COLOURS),
    ("Stage", list(Stage), statuses.STAGES),
    ("Role", list(Role), statuses.ROLES),
    ("Ground", list(Ground), statuses.GROUNDS),
    ("ASSESSMENTS", ASSESSMENTS, statuses.ASSESSMENTS),
    ("ACTS", ACTS, statuses.ACTS),
    ("NEXT_STEPS", NEXT_STEPS, statuses.NEXT_STEPS),
    ("kinds", [kind.name for kind in KINDS], KIND_TEXTS),
]


@pytest.mark.parametrize(("what", "codes", "texts"), TEXTS, ids=[what for what, *_ in TEXTS])
def test_every_status_has_its_word(
    what: str, codes: Iterable[str], texts: Mapping[str, object]
) -> None:
    assert [str(code) for code in codes if not texts.get(code)] == []


def test_every_kind_has_its_unit() -> None:
    """An empty one is said on purpose: pulse and blood pressure stand without."""
    assert {kind.name for kind in KINDS} == set(SHORT_UNITS)


def test_every_ground_of_a_threshold_has_its_word() -> None:
    grounds = set(re.findall(r"\('ground', '([^']+)'\)", str(THRESHOLD_GROUNDS)))
    assert len(grounds) == 4
    assert grounds - set(statuses.THRESHOLD_GROUNDS) == set()


@pytest.mark.parametrize("step", [step for step in NEXT_STEPS if step != "daily-until-green"])
def test_every_task_that_a_next_step_makes_has_its_word(step: str) -> None:
    kind = TASK_OF.get(step, step)
    assert _task({"task_kind": kind}, "Europe/Oslo") != kind


def test_every_rank_stands_in_a_group_of_the_list() -> None:
    page = (ROOT / "varde/web/nurse/worklist.py").read_text()
    for group in {slug for slug in ZONE_OF.values() if slug != "green"}:
        assert f'("{group}", ' in page


@pytest.mark.parametrize("zone", ZONES)
def test_every_zone_has_its_shape(zone: str) -> None:
    shape = (VARDE / "web/ui/templates/ui/shape.html").read_text()
    drawn = dict(re.findall(r'if zone == "(\w+)" %}(<\w+[^>]*/>)', shape))
    drawn["grey"] = re.findall(r"{% else %}(<\w+[^>]*/>)", shape)[0]
    assert drawn[zone]
    assert len(set(drawn.values())) == len(ZONES)


SOURCE = catalogues.extracted()
# What a patient's safety rests on: in Northern Sámi it stands with the bokmål beside.
SAFETY = re.compile(
    r"113|116|legevakt|nødtjeneste|sone\b|\b(rødt?|gult?|ikke vurdert)\b|ring o|ring s"
)
SAFETY_PAGES = ("emergency.html", "safe.html", "zone.html", "patient/result.html", "advice.html")


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_text_is_said_in_every_language(language: str) -> None:
    """When this fails: run scripts/texts.py, and translate what it asks for."""
    assert list(catalogues.faults(language, SOURCE)) == []


def test_every_language_that_can_be_chosen_has_its_catalogue() -> None:
    chosen = {code for code, _name in settings.LANGUAGES} - {settings.LANGUAGE_CODE}
    assert chosen == set(catalogues.LANGUAGES)


@pytest.mark.parametrize(
    ("said", "context"),
    [
        ("Ring sykepleieren", None),  # {% translate %}
        ("Omtrent %(minutes)s minutter", None),  # {% blocktranslate %}
        (("Kvitter ut %(n)s grønn", "Kvitter ut %(n)s grønne"), None),  # … with two forms
        ("Grønn", "zone"),  # pgettext_lazy, and {% translate … context … %}
        (("%(n)s døgn", "%(n)s døgn"), None),  # ngettext
    ],
)
def test_every_way_of_marking_a_text_is_found(said: Any, context: str | None) -> None:
    assert (said, context) in SOURCE


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A nynorsk catalogue of its own, with one text that is translated."""
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    path = catalogues.path_of("nn")
    path.parent.mkdir(parents=True)
    path.write_text('msgid "Hei %(name)s"\nmsgstr "Hallo %(name)s"\n', encoding="utf-8")
    return path


HELLO = ("Hei %(name)s", None)


@pytest.mark.parametrize(
    ("wanted", "translation", "fault"),
    [
        (HELLO, "Hallo %(name)s", None),
        (HELLO, "", "not translated"),
        (HELLO, "Hallo %(namn)s", "other placeholders"),
        (HELLO, "Hallo", "other placeholders"),
        (('Ring <a href="tel:113">113</a>', None), None, "missing"),
    ],
)
def test_the_check_finds_what_is_wrong(
    small: Path, wanted: Any, translation: str | None, fault: str | None
) -> None:
    if translation is not None:
        small.write_text(small.read_text("utf-8").replace("Hallo %(name)s", translation), "utf-8")
    found = list(catalogues.faults("nn", {wanted: catalogues.Text(*wanted)}))
    assert any(fault in one for one in found) if fault else found == []


def test_the_check_knows_a_link_that_leads_elsewhere() -> None:
    assert not catalogues._fits('<a href="tel:113">113</a>', ('<a href="tel:112">113</a>',))


def test_an_update_keeps_what_is_translated_and_removes_what_is_gone(small: Path) -> None:
    assert "Hallo %(name)s" in catalogues.update("nn", {HELLO: catalogues.Text(*HELLO)})
    assert list(catalogues.faults("nn", {})) == [f"nn: no longer used: {HELLO[0]}"]
    assert "Hallo" not in catalogues.update("nn", {})


def test_northern_sami_safety_texts_stand_with_the_bokmal_beside() -> None:
    """Until a native speaker has signed them."""
    have = catalogues.kept("se")
    rests_on = [
        key
        for key, text in SOURCE.items()
        if text.needed_in("se") and _rests_on(str(key[0]), text.files)
    ]
    alone = [key for key in rests_on if str(key[0]) not in str(have[key].string)]
    assert len(rests_on) > 40
    assert alone == []


def _rests_on(said: str, files: Iterable[str]) -> bool:
    on_page = any(file.endswith(SAFETY_PAGES) for file in files)
    return on_page or bool(SAFETY.search(said.lower()))


def test_the_programmes_northern_sami_stands_with_the_bokmal_beside() -> None:
    for content in shipped().values():
        programme = parse(content)
        said = [one for a in programme.advice.values() for one in (a.heading, a.meaning, *a.do)]
        said += [*programme.call_113_when, *(question.text for question in programme.questions)]
        said += [choice.text for question in programme.questions for choice in question.choices]
        assert [one["nb"] for one in said if "se" in one and one["nb"] not in one["se"]] == []


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The catalogues as start-up makes them, in a place of this test's own."""
    root = tmp_path_factory.mktemp("texts")
    made = root / "varde" / "locale"
    shutil.copytree(catalogues.FOLDER, made, ignore=shutil.ignore_patterns("*.mo"))
    with pytest.MonkeyPatch.context() as patch, override_settings(LOCALE_PATHS=[made]):
        patch.setattr(boot, "ROOT", root)
        boot.compile_texts()
        yield


@pytest.mark.parametrize(
    ("language", "call", "red", "day", "decimal", "moment"),
    [
        ("nb", "Ring sykepleieren", "Rød", "mandag 23. november", "12,4", "i dag kl. 14"),
        ("nn", "Ring sjukepleiaren", "Raud", "måndag 23. november", "12,4", "i dag kl. 14"),
        ("en", "Call the nurse", "Red", "Monday 23 November", "12.4", "today at 14"),
        (
            "se",
            "Riŋge buohccidivššárii (Ring sykepleieren)",
            "Ruoksat / Rød",
            "vuossárga skábmamánu 23. beaivi",
            "12,4",
            "odne dii. 14",
        ),
    ],
)
def test_a_text_is_said_in_the_readers_language(
    compiled: None, language: str, call: str, red: str, day: str, decimal: str, moment: str
) -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    with override(language):
        assert gettext("Ring sykepleieren") == call
        assert pgettext("zone", "Rød") == red == str(statuses.ZONE_WORDS["red"])
        assert numbers.long_date(date(2026, 11, 23)) == day
        assert numbers.number(12.4, 1) == decimal
        assert numbers.next_moment(now + timedelta(hours=4), now, "Europe/Oslo") == moment


@pytest.mark.parametrize(
    ("language", "counted"),
    [
        ("nb", ["1 døgn", "2 døgn", "5 døgn"]),
        ("nn", ["1 døgn", "2 døgn", "5 døgn"]),
        ("en", ["1 day", "2 days", "5 days"]),
        ("se", ["1 jándor", "2 jándora", "5 jándora"]),
    ],
)
def test_numbers_take_their_form(compiled: None, language: str, counted: list[str]) -> None:
    with override(language):
        said = [ngettext("%(n)s døgn", "%(n)s døgn", n) % {"n": n} for n in (1, 2, 5)]
    assert said == counted


def test_what_northern_sami_lacks_is_said_in_bokmal(compiled: None) -> None:
    with override("se"):
        assert gettext("Arbeidsliste") == "Arbeidsliste"
        said = [ngettext("%(n)s pasient", "%(n)s pasienter", n) % {"n": n} for n in (1, 2, 5)]
    assert said == ["1 pasient", "2 pasienter", "5 pasienter"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", "Varde er ikke en nødtjeneste."),
        ("nn", "Varde er ikkje ei naudteneste."),
        ("en", "Varde is not an emergency service."),
        ("se", "Varde ii leat heahtebálvalus."),
    ],
)
def test_whom_to_call_stands_at_the_foot_in_every_language(
    compiled: None, language: str, said: str
) -> None:
    with override(language):
        page = render_to_string("ui/safe.html")
    assert said in page
    assert 'href="tel:113"' in page and 'href="tel:116117"' in page


def test_no_text_of_ours_is_one_that_the_framework_translates() -> None:
    """«Time» is an appointment here, and «Tid» in the framework's own bokmål."""
    where = Path(django.__file__).parent / "conf" / "locale" / "nb" / "LC_MESSAGES"
    theirs = GNUTranslations((where / "django.mo").open("rb"))
    ours = [said if isinstance(said, str) else said[0] for said, context in SOURCE if not context]
    assert theirs.gettext("Time") == "Tid"
    assert [text for text in ours if theirs.gettext(text) != text] == []
