"""Publishing a programme from the shell: a new version, for those who begin from now."""

from __future__ import annotations

from argparse import Namespace

from varde.base import clock
from varde.base.tenancy import acting
from varde.catalogue.actions import publish
from varde.catalogue.queries import content_of, newest_of_each
from varde.config import named
from varde.config.refused import Refused
from varde.config.trying import read_programme
from varde.core.access import Role
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
