"""Publishing from the shell: a new version of a programme or of what its plans begin with."""

from __future__ import annotations

from argparse import Namespace

from varde.base import clock
from varde.base.tenancy import acting
from varde.catalogue.actions import publish, publish_template, shipped_templates
from varde.catalogue.queries import content_of, newest_of_each, template, template_content
from varde.config import named
from varde.config.refused import Refused
from varde.config.trying import read_programme, read_yaml
from varde.core.access import Role
from varde.core.plan_template import parse_template
from varde.core.programme_file import BadProgramme
from varde.people.viewer import Viewer


def published(asked: Namespace) -> str:
    """What was published; raises `Refused`. Who is in another version stays there.

    A version that is published is never changed: the same again changes nothing, and other content
    under its number, or a lower one, is refused.
    """
    at = clock.now()
    programme, content = read_programme(asked.programme)
    cooperation = named.cooperation(asked.cooperation)
    by = Viewer(cooperation.id, Role.SYSTEM, name="Varde", zone=cooperation.zone)
    with acting(by.frame(at)):
        last = {one.key: one.version for one in newest_of_each()}.get(programme.key)
        kept = content_of(programme.key, programme.version)
        name = f"{programme.key} version {programme.version}"
        if kept is not None:
            if kept != content:
                raise Refused(f"{name} is published with other content: a change is a new version")
            return f"{name} is published already"
        if last is not None and programme.version < last:
            raise Refused(f"{programme.key} is in version {last} here: a change is a higher one")
        publish(content=content, by=by, at=at)
    return f"{name}: for those who begin from now; who is in another version stays there"


def published_plan(asked: Namespace) -> str:
    """The same of what the plans of a programme begin with: drafts from now begin with it."""
    at = clock.now()
    content = shipped_templates().get(asked.programme)
    content = content if content is not None else read_yaml(asked.programme)
    try:
        wanted = parse_template(content)
    except BadProgramme as error:
        raise Refused(str(error)) from None
    cooperation = named.cooperation(asked.cooperation)
    by = Viewer(cooperation.id, Role.SYSTEM, name="Varde", zone=cooperation.zone)
    with acting(by.frame(at)):
        last, kept = template(wanted.programme), template_content(wanted.programme, wanted.version)
        name = f"the plan of {wanted.programme} version {wanted.version}"
        if kept is not None:
            if kept != content:
                raise Refused(f"{name} is published with other content: a change is a new version")
            return f"{name} is published already"
        if last is not None and wanted.version < last.version:
            raise Refused(f"{name}: version {last.version} is here, and a change is a higher one")
        publish_template(content=content, by=by, at=at)
    return f"{name}: for drafts that begin from now; plans that are there stay as they are"
