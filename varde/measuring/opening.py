"""Opening: an administrator says when a unit is there, and when for one programme there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from varde.core.calendar import OpeningHours, within
from varde.core.coded import Coded
from varde.measuring.hours import hours_from
from varde.people.action import Done, action
from varde.people.models import Organisation
from varde.people.viewer import Viewer


class NotHours(Coded, ValueError):
    """`code`: times (not times of a day, or one that closes before it opens), never (open on no
    weekday), wider (the programme's are not within the unit's), narrower (the unit's would not hold
    those of a programme)."""


@action("set-up")
def set_hours(
    *,
    unit: UUID,
    hours: Mapping[str, Sequence[str]] | None,
    programme: str = "",
    by: Viewer,
    at: datetime,
) -> Done[Organisation]:
    """The unit's weekly hours from now, or those of one `programme` there; None: as the unit's.

    What already stands on a list stays due when it was. Raises `NotHours`; KeyError for a unit's
    hours that are None.
    """
    row = Organisation.objects.select_for_update(no_key=True).get(id=unit)
    if programme:
        row.programme_hours.pop(programme, None)
        if hours is not None:
            if not within(parsed(hours, by.zone), hours_from(row.hours, by.zone)):
                raise NotHours("wider")
            row.programme_hours[programme] = dict(hours)
    else:
        if hours is None:
            raise KeyError("hours")
        whole = parsed(hours, by.zone)
        theirs = [hours_from(one, by.zone) for one in row.programme_hours.values()]
        if not all(within(one, whole) for one in theirs):
            raise NotHours("narrower")
        row.hours = dict(hours)
    row.save(update_fields=["hours", "programme_hours"])
    return Done(row, kind="organisation", object_id=row.id)


def parsed(hours: Mapping[str, Sequence[str]], zone: str) -> OpeningHours:
    """Raises `NotHours`."""
    if not any(day.isdigit() for day in hours):
        raise NotHours("never")
    try:
        return hours_from(hours, zone)
    except (ValueError, IndexError):
        raise NotHours("times") from None
