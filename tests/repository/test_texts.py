"""Every status has its word; every zone its shape and colour; no code is shown to a person."""

import re
from collections.abc import Iterable, Mapping

import pytest

from tests.repository.house import ROOT, VARDE
from varde.core.access import Ground, Role
from varde.core.pathway import Stage
from varde.core.quantities import KINDS
from varde.core.zones import Zone
from varde.pathway.closing import TASK_OF
from varde.triage.handling import ACTS, ASSESSMENTS, NEXT_STEPS
from varde.triage.models import GROUNDS as THRESHOLD_GROUNDS
from varde.web.nurse.rows import ZONE_OF, _task
from varde.web.texts import statuses
from varde.web.texts.kinds import KIND_TEXTS, SHORT_UNITS

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
    assert grounds - set(statuses.GROUNDS) == set()


def test_no_ground_for_access_is_said_in_a_thresholds_words() -> None:
    """The two kinds of ground stand in one table: a code that both use says the wrong thing."""
    grounds = set(re.findall(r"\('ground', '([^']+)'\)", str(THRESHOLD_GROUNDS)))
    assert grounds & {str(ground) for ground in Ground} == set()


@pytest.mark.parametrize("step", [step for step in NEXT_STEPS if step != "daily-until-green"])
def test_every_task_that_a_next_step_makes_has_its_word(step: str) -> None:
    kind = TASK_OF.get(step, step)
    assert _task(kind) != kind


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
