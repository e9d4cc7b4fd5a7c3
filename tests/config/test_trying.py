"""`varde programme try`: from a file to a zone, a rule and a reason for each report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAD = "patient,taken_at,kind,value,unit\n"
GREEN = "A,2026-11-01T08:00,spo2,94,%\n"
BREATH = "A,2026-11-05T08:00,spo2,87,%\nA,2026-11-05T08:00,answer:breathing,worse,\n"


def tried(folder: Path, rows: str, *more: str, programme: str = "copd") -> tuple[int, str, str]:
    """As from a shell where no database has ever been."""
    file = folder / "reports.csv"
    file.write_text(HEAD + rows, "utf-8")
    command = [sys.executable, "-m", "varde.cli", "programme", "try", programme, str(file), *more]
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("VARDE_", "DJANGO_"))}
    home = {"VARDE_HOME": str(folder / "none")}
    done = subprocess.run(command, env=kept | home, capture_output=True, text=True, check=False)
    assert not list(folder.glob("none/**/PG_VERSION"))  # and none is made for this
    return done.returncode, done.stdout, done.stderr


def objects(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


def test_each_report_in_words(tmp_path: Path) -> None:
    code, out, err = tried(tmp_path, GREEN + BREATH)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "A  2026-11-01T08:00:00+01:00  Grønn  SpO₂ 94 %, grønn fra 90 [within]",
        "A  2026-11-05T08:00:00+01:00  Rød  SpO₂ 87 %, rød under 88 [below];"
        " Tungpust mer enn vanlig [answer]",
    ]


def test_each_report_as_an_object_a_line(tmp_path: Path) -> None:
    code, out, _ = tried(tmp_path, GREEN + BREATH, "--json", "--language", "en")
    assert code == 0
    assert objects(out)[1] == {
        "patient": "A",
        "taken_at": "2026-11-05T08:00:00+01:00",
        "zone": "red",
        "reasons": [
            {"kind": "spo2", "rule": "below", "zone": "red", "text": "SpO₂ 87 %, red under 88"},
            {"kind": "answer:breathing", "rule": "answer", "zone": "yellow",
             "text": "More breathless than usual"},
        ],
    }  # fmt: skip


def test_what_could_not_be_judged_says_so(tmp_path: Path) -> None:
    _, out, _ = tried(tmp_path, "A,2026-11-01,weight,82,kg\n", "--json", programme="heart-failure")
    (found,) = objects(out)
    assert found["zone"] == "not_judged"


def test_a_doctors_limits(tmp_path: Path) -> None:
    limits = tmp_path / "limits.json"
    limits.write_text('{"patients": {"A": {"spo2": {"warning_low": 86, "alert_low": 84}}}}')
    rows = BREATH.splitlines()[0] + "\nB,2026-11-05T08:00,spo2,87,%\n"
    _, out, _ = tried(tmp_path, rows, "--json", "--thresholds", str(limits))
    assert [one["zone"] for one in objects(out)] == ["green", "red"]


def test_a_row_that_is_refused_is_told_and_the_rest_is_judged(tmp_path: Path) -> None:
    code, out, err = tried(tmp_path, GREEN + "A,2026-11-02,spo2,940,%\n", "--json")
    assert code == 1
    assert [one["zone"] for one in objects(out)] == ["green", "not_judged"]
    assert err == "line 3: spo2: Outside what is possible (30–100 %)\n"


def test_a_report_of_which_something_could_not_be_read_is_never_green(tmp_path: Path) -> None:
    """Nor less than what could be read says."""
    unread = "A,{0},oksygen,94,%\n"
    rows = (GREEN + unread.format("2026-11-01T08:00") + "A,2026-11-05T08:00,spo2,87,%\n"
            + unread.format("2026-11-05T08:00"))  # fmt: skip
    _, out, _ = tried(tmp_path, rows)
    assert out.splitlines() == [
        "A  2026-11-01T08:00:00+01:00  Ikke vurdert  SpO₂ 94 %, grønn fra 90 [within];"
        " oksygen, kunne ikke leses [refused]",
        "A  2026-11-05T08:00:00+01:00  Rød  SpO₂ 87 %, rød under 88 [below];"
        " oksygen, kunne ikke leses [refused]",
    ]


@pytest.mark.parametrize(
    ("rows", "zone"),
    [
        (("spo2,95,%", "spo2,85,%"), "red"),
        (("spo2,85,%", "spo2,95,%"), "red"),
        (("spo2,95,%", "spo2,95,%"), "green"),  # the same row twice is one value
        (("answer:breathing,as-usual,", "answer:breathing,much-worse,"), "red"),
        (("answer:breathing,much-worse,", "answer:breathing,as-usual,"), "red"),
    ],
)
def test_of_two_of_a_kind_at_one_time_the_worse_holds_in_any_order(
    tmp_path: Path, rows: tuple[str, str], zone: str
) -> None:
    code, out, err = tried(tmp_path, "".join(f"A,2026-11-01T08:00,{r}\n" for r in rows), "--json")
    assert (code, err) == (0, "")
    assert [one["zone"] for one in objects(out)] == [zone]


@pytest.mark.parametrize(
    ("limits", "zones"),
    [
        ("spo2: {warning_low: 0, alert_low: 0}", ["green"]),  # a limit of 0 is a limit
        ("spo2: {warning_low: 95}", ["yellow"]),
        ("rules: [spo2-often]", ["green"]),
        ('rules: ["spo2-often?times=2"]', ["green"]),
        ('rules: [spo2-often, "spo2-often?times=2"]', []),
        ('rules: ["spo2-often?times=9"]', []),
        ("rules: [[a]]", []),
        ("rules: {a: 1}", []),
        ("rules: 7", []),
    ],
)
def test_what_a_file_of_limits_may_hold(tmp_path: Path, limits: str, zones: list[str]) -> None:
    file = tmp_path / "limits.yaml"
    file.write_text(limits)
    code, out, err = tried(tmp_path, GREEN, "--json", "--thresholds", str(file))
    assert [one["zone"] for one in objects(out)] == zones
    assert code == int(not zones)
    assert "Traceback" not in err


def test_what_a_file_says_is_shown_and_not_done_on_the_screen(tmp_path: Path) -> None:
    _, out, _ = tried(tmp_path, "A\x1b[2J,2026-11-01T08:00,answer:breathing,\x07lilla,\n")
    assert "\x1b" not in out and "\x07" not in out
    assert "lilla" in out


def test_who_reads_only_the_beginning_is_not_told_of_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "reports.csv"
    rows = "".join(f"P{n},2026-11-01T08:00,spo2,94,%\n" for n in range(5000))
    file.write_text(HEAD + rows, "utf-8")
    command = f"{sys.executable} -m varde.cli programme try copd {file} | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("P0  2026-11-01")
    assert done.stderr == ""


def test_an_answer_that_is_not_the_programmes_is_told_as_it_was_sent(tmp_path: Path) -> None:
    _, out, _ = tried(tmp_path, "A,2026-11-01T08:00,answer:breathing,lilla,\n")
    assert "svaret «lilla» er ikke med i programmet [unknown-answer]" in out


@pytest.mark.parametrize(
    ("programme", "more", "told"),
    [
        ("kols", (), "There is no programme 'kols'. Those that come with Varde: copd"),
        ("copd", ("--thresholds", "nowhere.yaml"), "nowhere.yaml: No such file"),
    ],
)
def test_what_is_not_there_is_said(
    tmp_path: Path, programme: str, more: tuple[str, ...], told: str
) -> None:
    code, out, err = tried(tmp_path, GREEN, *more, programme=programme)
    assert (code, out) == (1, "")
    assert told in err
    assert "Traceback" not in err


def test_a_programme_of_ones_own(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "varde" / "programmes" / "copd.yaml"
    mine = tmp_path / "mine.yaml"
    mine.write_text(shipped.read_text("utf-8").replace("warning_low: 90,", "warning_low: 95,"))
    _, out, _ = tried(tmp_path, GREEN, "--json", programme=str(mine))
    assert [one["zone"] for one in objects(out)] == ["yellow"]
    mine.write_text("key: mine\n")
    code, out, err = tried(tmp_path, GREEN, programme=str(mine))
    assert (code, out) == (1, "")
    assert "Traceback" not in err
