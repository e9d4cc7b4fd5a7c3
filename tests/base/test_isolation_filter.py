"""The second wall of a record, alone: the application's filter, without row-level security."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test import Client

from tests.base.walls import (
    Full,
    end_relation,
)
from tests.people import NOW, Cast
from varde.base.tenancy import acting
from varde.core.access import Role
from varde.dialogue.models import Note
from varde.measuring import queries as measured
from varde.people import queries as reached
from varde.people.models import Person
from varde.people.viewer import Viewer
from varde.triage import handling, queries
from varde.triage.handling import Closing, NotClosed, Seen
from varde.triage.models import Item


@contextmanager
def no_row_security() -> Iterator[None]:
    """The application's own connection becomes the superuser's, whom no policy holds back."""
    connection = connections["default"]
    connection.close()
    kept = connection.settings_dict
    options = {name: value for name, value in kept["OPTIONS"].items() if name != "pool"}
    connection.settings_dict = {**kept, "USER": "postgres", "OPTIONS": options}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = kept


def test_row_security_is_truly_away_in_these_tests(full: Full, strangers: Cast) -> None:
    with no_row_security(), strangers.acting(strangers.nurse):
        assert Person.objects.filter(id=full.patient_.person).count() == 1
        assert Item.objects.filter(tenant_id=full.tenant).count() > 0
    with strangers.acting(strangers.nurse):
        assert Person.objects.filter(id=full.patient_.person).count() == 0


def _outsiders(full: Full, strangers: Cast) -> dict[str, Viewer]:
    return {
        "a nurse of another cooperation": strangers.nurse,
        "a GP of another practice": full.other_gp,
        "another cooperation with our unit's id": Viewer(
            strangers.tenant, Role.NURSE, strangers.nurse.person, full.units["service"]
        ),
    }


def test_the_filter_alone_hides_the_patient_from_those_without_a_relation(
    full: Full, strangers: Cast
) -> None:
    patient = full.patient_.actor
    with no_row_security():
        for who, viewer in _outsiders(full, strangers).items():
            with acting(viewer.frame(NOW)):
                assert not reached.visible_to(viewer, at=NOW).filter(id=patient).exists(), who
                assert not reached.reachable(viewer, at=NOW).filter(patient_id=patient).exists()
                listed = queries.worst_first(viewer, at=NOW, limit=99)
                assert patient not in [person.id for person in listed]
                assert reached.search(viewer, "Tindheim", at=NOW) == [], who
                assert list(queries.open_items(viewer).filter(patient_id=patient)) == [], who
                assert queries.worklist(viewer) == [], who
                assert sum(queries.counts(viewer).values()) == 0, who
                with pytest.raises(reached.NotFound):
                    reached.patient_for(viewer, patient, at=NOW)


def test_the_filter_alone_shows_the_patient_to_those_with_a_relation(full: Full) -> None:
    patient = full.patient_.actor
    with no_row_security():
        for viewer in (full.nurse, full.gp, full.coordinator):
            with acting(viewer.frame(NOW)):
                assert reached.visible_to(viewer, at=NOW).filter(id=patient).exists()
                assert reached.patient_for(viewer, patient, at=NOW).id == patient


def test_the_filter_alone_gives_a_patient_only_the_own_record(full: Full) -> None:
    me, other = full.other_patient, full.patient_.actor
    with no_row_security(), acting(me.frame(NOW)):
        assert [p.id for p in reached.visible_to(me, at=NOW)] == [me.actor]
        assert reached.patient_for(me, me.actor, at=NOW).id == me.actor
        assert list(queries.open_items(me)) == []
        with pytest.raises(reached.NotFound):
            reached.patient_for(me, other, at=NOW)


def test_the_filter_alone_ends_with_the_relation(them: Cast) -> None:
    patient = them.patient(family="Avsluttet")
    end_relation(them, patient, "practice")
    with no_row_security(), acting(them.gp.frame(NOW)):
        assert not reached.reachable(them.gp, at=NOW).exists()
        with pytest.raises(reached.NotFound):
            reached.patient_for(them.gp, patient.actor, at=NOW)
        assert reached.search(them.gp, "Avsluttet", at=NOW) == [], "found after it has ended"
        assert not reached.visible_to(them.gp, at=NOW).filter(id=patient.person).exists()


def _page(them: Cast, viewer: Viewer, address: str) -> tuple[int, str]:
    with them.clock(NOW):
        answer = them.browser(viewer).get(address)
    return answer.status_code, answer.content.decode()


def test_the_pages_alone_keep_outsiders_out(full: Full, strangers: Cast) -> None:
    patient = full.patient_.person
    asked = [
        (strangers.nurse, f"/nurse/patient/{patient}", 404),
        (strangers.nurse, "/nurse/", 200),
        (strangers.nurse, "/nurse/search?q=Tindheim", 200),
        (strangers.nurse, "/nurse/not-reported", 200),
        (full.other_gp, f"/doctor/patient/{patient}", 404),
        (full.other_gp, "/doctor/", 200),
        (strangers.coordinator, f"/coordinator/patient/{patient}", 404),
        (strangers.coordinator, "/coordinator/", 200),
    ]
    with no_row_security():
        for viewer, address, status in asked:
            got, text = _page(full, viewer, address)
            assert (address, got) == (address, status)
            assert "Ragna" not in text, address


def test_the_pages_alone_keep_a_patient_from_anothers_report(full: Full) -> None:
    with full.acting():
        start, end = NOW - timedelta(days=1), NOW + timedelta(days=1)
        report, _repeated = measured.reports(full.patient_.actor, start=start, end=end)
    with no_row_security():
        assert _page(full, full.patient_, f"/patient/result/{report.id}")[0] == 200
        assert _page(full, full.other_patient, f"/patient/result/{report.id}")[0] == 404


def test_the_leaders_figures_alone_count_only_the_own_units_patients(
    full: Full, strangers: Cast
) -> None:
    strangers_own = Viewer(
        strangers.tenant, Role.TEAM_LEADER, strangers.nurse.person, strangers.units["service"]
    )
    with no_row_security(), acting(strangers_own.frame(NOW)):
        assert sum(queries.zone_counts(strangers_own, at=NOW).values()) == 0


@pytest.mark.parametrize("act", ["take", "give back", "acknowledge", "close"])
def test_the_actions_alone_refuse_an_item_of_another_unit(them: Cast, act: str) -> None:
    """A nurse of a unit without a relation, who has got hold of an item's id."""
    patient = them.patient()
    them.report(patient, spo2=95)
    with them.acting(them.nurse):
        item = queries.open_item(patient.actor)
        assert item is not None
        (row,) = queries.rows_of([item])
    by = Viewer(them.tenant, Role.NURSE, them.other_gp.person, them.units["other-practice"])
    acts = {
        "take": lambda: handling.take(item=item.id, by=by, at=NOW),
        "give back": lambda: handling.give_back(item=item.id, by=by, at=NOW),
        "acknowledge": lambda: handling.acknowledge_greens(
            seen=[Seen(item.id, item.version, row.seen.heard_at)], by=by, at=NOW
        ),
        "close": lambda: handling.close(
            closing=Closing(item.id, (), "usual", heard_at=row.seen.heard_at), by=by, at=NOW
        ),
    }
    with no_row_security(), acting(by.frame(NOW)):
        with suppress(NotClosed, reached.NotFound):
            acts[act]()
        after = Item.objects.get(id=item.id)
    assert (after.open, after.taken_by_id, after.version) == (True, None, item.version)


def test_a_note_about_a_patient_out_of_reach_is_not_written(full: Full) -> None:
    with no_row_security(), full.clock(NOW):
        client: Client = full.browser(full.other_gp)
        address = f"/doctor/patient/{full.patient_.person}/note"
        assert client.post(address, {"text": "Ukjent lege"}).status_code == 404
        assert not Note.objects.filter(text="Ukjent lege").exists()


def test_what_differs_for_a_record_that_exists_is_nothing(full: Full, strangers: Cast) -> None:
    """With both walls down to one, still the same answer, to the letter."""
    unknown: UUID = uuid4()
    with no_row_security():
        for viewer, address in (
            (strangers.nurse, "/nurse/patient/{}"),
            (full.other_gp, "/doctor/patient/{}"),
        ):
            there = _page(full, viewer, address.format(full.patient_.person))
            missing = _page(full, viewer, address.format(unknown))
            assert there == missing
