"""What a reading of the whole found, and that it is mended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.people import Cast
from tests.plan.agreed import PACK, approve, approved, draft, proposed, seen, withdrawn
from tests.plan.test_doing import looks, lower, on_list, own, start
from tests.triage.at_once import overlapping
from tests.triage.test_concurrent import closing_of
from varde.catalogue import queries as programmes
from varde.core.plan import Leave, NotPlanned, Use, decoded, lacking, steps
from varde.core.plan_template import Template
from varde.core.zones import Zone
from varde.measuring import actions as measuring
from varde.people.viewer import Viewer
from varde.plan import doing, queries, writing
from varde.plan.doing import NotDone
from varde.plan.looking import needs_look
from varde.plan.models import Course, Input
from varde.triage import handling

DAY = timedelta(days=1)


def test_what_is_started_is_kept_also_when_the_plan_was_withdrawn_meanwhile(
    them: Cast, patient: Viewer
) -> None:
    row = approved(them, patient)
    withdrawn(them, row)
    made = start(them, patient, row)
    assert made.zone == Zone.RED
    (_withdrawn, (zone, about)) = on_list(them, patient)
    assert zone == Zone.RED and about["stale"]


def test_a_start_while_the_nurse_closes_is_lost_to_no_deadlock(them: Cast, patient: Viewer) -> None:
    row = approved(them, patient)
    them.report(patient, spo2=89)
    closing = closing_of(them, patient)

    def close(pause: Any) -> None:
        with them.acting(them.nurse):
            handling.close(closing=closing, by=them.nurse, at=them.at)
            pause()

    first, second = overlapping(close, lambda: start(them, patient, row))
    assert not isinstance(second, Exception), second
    assert not isinstance(first, Exception), first
    with them.acting():
        assert Course.objects.filter(patient_id=patient.actor).count() == 1


def test_a_course_told_of_out_of_order_is_the_second_all_the_same(
    them: Cast, patient: Viewer
) -> None:
    row = approved(them, patient)
    start(them, patient, row)
    assert start(them, patient, row, days_ago=5).zone == Zone.RED


def test_told_again_as_more_urgent_it_is(them: Cast, patient: Viewer) -> None:
    row = approved(them, patient, pack=replace(PACK, leave=Leave.ASK))
    start(them, patient, row, asked=True)
    made = start(them, patient, row, asked=False)
    assert (made.zone, made.number) == (Zone.RED, 1)
    assert start(them, patient, row, asked=True).id == made.id


def test_what_is_taken_back_says_so_where_it_stands(them: Cast, patient: Viewer) -> None:
    made = start(them, patient, approved(them, patient))
    with them.acting(patient):
        doing.strike_course(course=made.id, patient=patient.actor, by=patient, at=them.at)
    ((_zone, about),) = on_list(them, patient)
    assert about["struck"] == "patient"
    with them.acting():
        assert [one.id for one in queries.struck(patient.actor)] == [made.id]


def test_what_was_said_long_ago_is_the_nurses_to_take_back(them: Cast, patient: Viewer) -> None:
    made = start(them, patient, approved(them, patient))
    later = them.at + 20 * DAY
    for by, left in ((patient, 1), (them.nurse, 0)):
        with them.acting(by, at=later):
            doing.strike_course(course=made.id, patient=patient.actor, by=by, at=later)
        with them.acting():
            assert len(queries.courses(patient.actor)) == left


def test_another_dose_is_another_step_to_tick(them: Cast, patient: Viewer) -> None:
    row = approved(them, patient)
    first = steps(decoded(row.content).sections[0], "red")
    changed = draft(them, patient, pack=replace(PACK, dose="40 mg × 1"))
    second = steps(decoded(changed.content).sections[0], "red")
    assert first[0].key != second[0].key
    assert first[1].key == second[1].key


def test_a_page_of_yesterday_ticks_nothing_today(them: Cast, patient: Viewer) -> None:
    row = approved(them, patient)
    key = steps(decoded(row.content).sections[0], "yellow")[0].key
    with pytest.raises(NotDone) as error, them.acting(patient):
        doing.tick(plan=row.id, zone="yellow", done=[key], day=them.at.date() - DAY, by=patient,
                   at=them.at)  # fmt: skip
    assert error.value.code == "day"


def test_courses_of_what_is_no_rescue_pack_are_not_approved_uncounted(
    them: Cast, patient: Viewer
) -> None:
    row = draft(them, patient, pack=replace(PACK, use=Use.AS_NEEDED))
    assert ("use", "copd", "red") in {one[:3] for one in lacking(decoded(row.content))}
    assert replace(PACK, use=Use.AS_NEEDED, leave=Leave.ALONE).on_the_list


def test_a_programme_that_came_after_the_plan_is_a_reason_to_look(
    them: Cast, patient: Viewer
) -> None:
    row = approved(them, patient)
    at = them.at + DAY
    with them.acting(at=at) as by:
        measuring.enrol(
            patient=patient.actor, programme=programmes.newest("heart-failure"),
            unit=them.units["service"], service_model=1, weekday=0, by=by, at=at,
        )  # fmt: skip
    with them.acting(at=at + DAY):
        assert needs_look(row, at=at + DAY).programmes == {"heart-failure": True}
    assert looks(them, patient, at=at + DAY) == 1


def test_limits_that_go_back_and_forth_are_asked_about_each_time_and_once_at_a_time(
    them: Cast, patient: Viewer
) -> None:
    own(them, patient)
    approved(them, patient)
    asked = []
    for n, to in enumerate((88, 90, 88, 86), start=1):
        lower(them, patient, to=to, at=them.at + (2 * n - 1) * DAY)
        asked.append(looks(them, patient, at=them.at + 2 * n * DAY))
    assert asked == [1, 0, 1, 1]


def test_a_summary_becomes_a_draft_also_by_who_may_not_write_it(
    them: Cast, patient: Viewer, monkeypatch: Any
) -> None:
    held = Template("copd", 9, (them.nurse.role,), {})
    monkeypatch.setattr("varde.plan.writing.template", lambda key: held)
    with them.acting(them.coordinator):
        writing.take_in_summary(patient=patient.actor, text="Prednisolon økt", of="", dated=None,
                                by=them.coordinator, at=them.at)  # fmt: skip
        row = queries.open_plan(patient.actor)
        assert row is not None and row.stage == "draft"
        assert Input.objects.filter(patient_id=patient.actor).count() == 1


def test_who_may_not_draft_does_not_drop_a_draft(
    them: Cast, patient: Viewer, monkeypatch: Any
) -> None:
    row = draft(them, patient)
    held = Template("copd", 9, (them.nurse.role,), {})
    monkeypatch.setattr("varde.plan.writing.template", lambda key: held)
    with pytest.raises(NotPlanned), them.acting(them.coordinator):
        writing.drop(patient=patient.actor, plan=row.id, edition=row.edition, by=them.coordinator,
                     at=them.at)  # fmt: skip


@pytest.mark.parametrize("on", [date(9999, 12, 31), date(2020, 1, 1)])
def test_a_day_that_cannot_be_is_not_kept(them: Cast, patient: Viewer, on: date) -> None:
    with pytest.raises(NotPlanned):
        draft(them, patient, review_on=on)


@pytest.mark.parametrize("named", [(), ("copd", "other"), ("other",)])
def test_a_section_of_nothing_and_a_missing_one_are_refused(
    them: Cast, patient: Viewer, named: tuple[str, ...]
) -> None:
    row = draft(them, patient)
    content = decoded(row.content)
    sections = tuple(replace(content.sections[0], programme=one,
                             red=replace(content.sections[0].red, medications=()),
                             yellow=replace(content.sections[0].yellow, medications=()),
                             green=replace(content.sections[0].green, medications=()))
                     for one in named)  # fmt: skip
    with pytest.raises(NotPlanned), them.acting(them.nurse):
        writing.save_draft(patient=patient.actor, plan=row.id, edition=row.edition,
                           content=replace(content, sections=sections), by=them.nurse,
                           at=them.at)  # fmt: skip


def test_what_is_too_long_is_refused_and_not_cut(them: Cast, patient: Viewer) -> None:
    with pytest.raises(NotPlanned), them.acting(patient):
        writing.prepare(goals="x" * 2001, needs="", by=patient, at=them.at)
    with pytest.raises(NotPlanned), them.acting(them.nurse):
        writing.take_in_summary(patient=patient.actor, text="x" * 8001, of="", dated=None,
                                by=them.nurse, at=them.at)  # fmt: skip


def test_what_another_organisation_has_not_opened_is_news_to_it(
    them: Cast, patient: Viewer
) -> None:
    row = approve(them, patient, proposed(them, patient))
    with them.acting(them.coordinator):
        (one,) = queries.new_copies(them.coordinator.seat, since=them.at - DAY)
        assert one.plan_id == row.id
    with them.acting(them.gp):
        assert queries.new_copies(them.gp.seat, since=them.at - DAY) == []  # where it was approved
    assert seen(them, row.id).version == 1
