"""A file of reports: what is read, and that nothing in it is passed over in silence."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.core.reading import Reading
from varde.core.replay import EVERYBODY, Report
from varde.core.thresholds import Limits
from varde.exchange.reports_csv import BadTable, read_limits, read_reports

OSLO = ZoneInfo("Europe/Oslo")
HEAD = "patient,taken_at,kind,value,unit\n"
EIGHT = datetime(2026, 11, 16, 8, tzinfo=OSLO)


def read(rows: str, head: str = HEAD) -> tuple[list[Report], list[tuple[int, str]]]:
    reports, refused = read_reports(StringIO(head + rows), zone=OSLO)
    return reports, [(row.line, row.why) for row in refused]


def test_rows_of_one_patient_and_time_are_one_report() -> None:
    reports, refused = read(
        "A,2026-11-16T08:00,spo2,94,%\n"
        "B,2026-11-16T08:00,spo2,95,%\n"
        "A,2026-11-16T07:00Z,8867-4,72,/min\n"
        "A,2026-11-16T08:00:00+01:00,answer:breathing,worse,\n"
    )
    assert refused == []
    assert reports[0] == Report(
        "A", EIGHT, (Reading("spo2", 94, EIGHT), Reading("pulse", 72, EIGHT)),
        (("breathing", "worse"),),
    )  # fmt: skip
    assert [report.patient for report in reports] == ["A", "B"]


@pytest.mark.parametrize(
    ("row", "kind", "value"),
    [
        ("weight,82400,g", "weight", 82.4),
        ("29463-7,82.4,kg", "weight", 82.4),
        ('weight,"82,4",kg', "weight", 82.4),
        ("temperature,100.4,[degF]", "temperature", 38.0),
        ("59408-5,94,%", "spo2", 94),
        ("2708-6,94,", "spo2", 94),
        ("8480-6,128,mm[Hg]", "systolic", 128),
    ],
)
def test_names_codes_and_units(row: str, kind: str, value: float) -> None:
    (report,), refused = read(f"A,2026-11-16T08:00,{row}\n")
    assert refused == []
    assert report.readings[0].kind == kind
    assert report.readings[0].value == pytest.approx(value)


def test_a_date_is_that_day_at_noon() -> None:
    (report,), _ = read("A,2026-11-16,spo2,94,%\n")
    assert report.taken_at == datetime(2026, 11, 16, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",2026-11-16,spo2,94,%", "there is no patient"),
        ("A,i går,spo2,94,%", "'i går' is not a time"),
        ("A,2026-13-40,spo2,94,%", "'2026-13-40' is not a time"),
        ("A,2026-11-16,oksygen,94,%", "'oksygen' is no kind that is known here"),
        ("A,2026-11-16,spo2,nitti,%", "'nitti' is not a number"),
        ("A,2026-11-16,spo2,,%", "'' is not a number"),
        ("A,2026-11-16,spo2,NaN,%", "'NaN' is not a number"),
        ("A,2026-11-16,spo2,9_5,%", "'9_5' is not a number"),
        ("A,2026-11-16,spo2,٩٤,%", "'٩٤' is not a number"),
        ("A,0001-01-01T00:00,spo2,94,%", "'0001-01-01T00:00' is not a time"),
        ("A,9999-12-31T23:59,spo2,94,%", "'9999-12-31T23:59' is not a time"),
        ("A,2026-11-16,spo2,9400,%", "spo2: Outside what is possible (30–100 %)"),
        ("A,2026-11-16,spo2,94,kg", "spo2: Unit 'kg' cannot be read as %"),
        ("A,2026-11-16,answer:cough,,", "answer:cough has no answer"),
        ("A", "'' is not a time"),
    ],
)
def test_what_is_refused_says_where_and_why(row: str, why: str) -> None:
    reports, refused = read(f"B,2026-11-16,spo2,94,%\n{row}\n")
    assert refused == [(3, why)]
    assert [report for report in reports if report.patient == "B"] == [reports[0]]
    assert not reports[0].refused
    assert all(one.refused and not one.readings for one in reports[1:])


def test_a_report_knows_what_of_it_could_not_be_read() -> None:
    rows = ("59408-5,940,%", "pulse,72,/min", "answer:cough,,", "oksygen,94,%")
    (report,), _ = read("".join(f"A,2026-11-16,{row}\n" for row in rows))
    assert report.refused == ("spo2", "answer:cough", "oksygen")
    assert [one.kind for one in report.readings] == ["pulse"]


def test_the_same_twice_is_once_and_of_different_ones_all_are_kept() -> None:
    rows = ("spo2,94,%", "59408-5,80,%", "spo2,94,", "answer:cough,no,", "answer:cough,more,",
            "answer:cough,no,")  # fmt: skip
    (report,), refused = read("".join(f"A,2026-11-16,{row}\n" for row in rows))
    assert refused == []
    assert [one.value for one in report.readings] == [94, 80]
    assert report.answers == (("cough", "no"), ("cough", "more"))


@pytest.mark.parametrize("written", ["2026-11-16", "20261116", "2026-W47-1"])
def test_a_day_however_it_is_written_is_that_day_at_noon(written: str) -> None:
    (report,), _ = read(f"A,{written},spo2,94,%\n")
    assert report.taken_at == datetime(2026, 11, 16, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "row", ["temperature,38.2,°C", "systolic,128,mmHg", "pulse,72,bpm", "weight,82.4,KG"]
)
def test_units_as_people_write_them(row: str) -> None:
    (report,), refused = read(f"A,2026-11-16,{row}\n")
    assert refused == []
    assert report.readings[0].value == float(row.split(",")[1])


@pytest.mark.parametrize("head", ["", "a,b,c\n", "patient,taken_at,kind\n"])
def test_a_file_without_its_columns_is_refused_whole(head: str) -> None:
    with pytest.raises(BadTable, match="There is no column"):
        read("A,2026-11-16,spo2,94,%\n", head)


def test_other_columns_and_another_order_do_no_harm() -> None:
    (report,), refused = read("94,x,spo2,2026-11-16,A\n", "value,note,kind,taken_at,patient\n")
    assert refused == []
    assert report.readings[0].value == 94


@given(st.text(max_size=300))
def test_whatever_is_in_it_it_is_read_or_refused(rows: str) -> None:
    try:
        reports, refused = read(rows)
    except BadTable:
        return
    assert all(report.readings or report.answers or report.refused for report in reports)
    assert all(why for _line, why in refused)


def test_a_limit_of_nought_is_a_limit() -> None:
    found = read_limits({"spo2": {"warning_low": 0, "alert_low": 0}})
    assert found[EVERYBODY]["spo2"] == Limits(warning_low=0, alert_low=0)


def test_limits_for_everybody_and_for_one() -> None:
    found = read_limits({"spo2": {"warning_low": 88}, "patients": {"A": {"pulse": {
        "warning_high": 110, "alert_high": 130}}}})  # fmt: skip
    assert found == {
        EVERYBODY: {"spo2": Limits(warning_low=88)},
        "A": {"pulse": Limits(warning_high=110, alert_high=130)},
    }


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        "spo2",
        {"oksygen": {"warning_low": 88}},
        {"spo2": 88},
        {"spo2": {"yellow": 88}},
        {"spo2": {"warning_low": "88"}},
        {"spo2": {"warning_low": True}},
        {"spo2": {"warning_low": 86, "alert_low": 88}},
        {"spo2": {"warning_low": float("nan")}},
        {"patients": ["A"]},
        {"patients": {"A": 1}},
    ],
)
def test_limits_that_are_none_are_refused(content: object) -> None:
    with pytest.raises(BadTable):
        read_limits(content)
