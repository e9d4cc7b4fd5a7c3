"""The outreach team's list: whom it may come less often to."""

from __future__ import annotations

from datetime import timedelta

from tests.hospital import hospital, treated
from tests.people import NOW, Cast
from varde.core.access import Ground

CALM = "kan dere komme sjeldnere?"


def test_who_has_been_green_for_long_may_be_visited_less_and_no_other(them: Cast) -> None:
    there = hospital(them)
    said = {"Vilde": ((31, 97),), "Bodil": ((29, 97),), "Arvid": ((31, 97), (1, 89)),
            "Eli": ((31, 89), (5, 97)), "Ingen": ()}  # fmt: skip
    for given, sent in said.items():
        one = them.patient(given=given)
        treated(them, one, "team", Ground.CARE_TEAM)
        for days, spo2 in sent:
            them.report(one, at=NOW - timedelta(days=days), spo2=spo2)
    with them.clock(NOW):
        page = them.browser(there.outreach).get("/outreach/").content.decode()
    rows = {given: next(row for row in page.split("<tr")[1:] if given in row) for given in said}
    assert [given for given, row in rows.items() if CALM in row] == ["Vilde"]
