"""`varde programme publish`: a new version for those who begin from now, and none changed."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.people import Cast
from varde.catalogue.actions import shipped, shipped_templates
from varde.catalogue.queries import newest, template
from varde.config.publishing import published, published_plan
from varde.config.refused import Refused
from varde.measuring.models import Enrolment
from varde.people.queries import cooperation_of


def publish(them: Cast, programme: Path | str) -> str:
    with them.acting():
        key = cooperation_of(them.tenant).key
    with them.clock():
        return published(Namespace(programme=str(programme), cooperation=key))


def changed(folder: Path, version: int, **more: Any) -> Path:
    file = folder / f"copd-{version}.yaml"
    file.write_text(yaml.safe_dump(shipped()["copd"] | {"version": version, **more}), "utf-8")
    return file


def test_a_new_version_is_for_those_who_begin_from_now(them: Cast, tmp_path: Path) -> None:
    before = them.patient()
    told = publish(them, changed(tmp_path, 90, minutes=7))
    assert told.startswith("copd version 90: for those who begin from now")
    after = them.patient()
    with them.acting():
        assert newest("copd").minutes == 7
        rows = dict(Enrolment.objects.values_list("patient_id", "version"))
    assert rows[before.actor] == shipped()["copd"]["version"]
    assert rows[after.actor] == 90


def test_published_again_it_is_as_it_was(them: Cast) -> None:
    assert publish(them, "copd").endswith("is published already")


@pytest.mark.parametrize(
    ("version", "more", "why"),
    [
        (shipped()["copd"]["version"], {"minutes": 9}, "a change is a new version"),
        (1, {}, "a change is a higher one"),
    ],
)
def test_a_version_that_is_published_is_never_changed(
    them: Cast, tmp_path: Path, version: int, more: dict[str, Any], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        publish(them, changed(tmp_path, version, **more))
    with them.acting():
        assert newest("copd").minutes == shipped()["copd"]["minutes"]


@pytest.mark.parametrize("text", ["", "key: x", "[]", "{", "\0"])
def test_what_is_no_programme_is_refused(them: Cast, tmp_path: Path, text: str) -> None:
    file = tmp_path / "none.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(Refused):
        publish(them, file)


def publish_plan(them: Cast, plan: Path | str) -> str:
    with them.acting():
        key = cooperation_of(them.tenant).key
    with them.clock():
        return published_plan(Namespace(programme=str(plan), cooperation=key))


def test_a_new_plan_template_is_for_drafts_from_now(them: Cast, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(yaml.safe_dump(shipped_templates()["copd"] | {"version": 9}), "utf-8")
    assert "for drafts that begin from now" in publish_plan(them, file)
    assert publish_plan(them, file).endswith("is published already")
    with them.acting():
        found = template("copd")
        assert found is not None and found.version == 9
    with pytest.raises(Refused, match="a higher one"):
        file.write_text(yaml.safe_dump(shipped_templates()["copd"] | {"version": 8}), "utf-8")
        publish_plan(them, file)
    assert publish_plan(them, "copd").endswith("is published already")


@pytest.mark.parametrize("content", ["[", "zones: 1", "programme: copd\nversion: 1", "\x00"])
def test_what_is_no_plan_template_is_refused(them: Cast, tmp_path: Path, content: str) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(content, "utf-8")
    with pytest.raises(Refused):
        publish_plan(them, file)
    with pytest.raises(Refused):
        publish_plan(them, tmp_path / "nothing.yaml")
