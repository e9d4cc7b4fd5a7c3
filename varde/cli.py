"""`varde`: everything one does with Varde from a shell. Each command has `--help`."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from typing import Any


def _number(text: str, first: int, last: int) -> int:
    if not (text.isascii() and text.isdigit() and first <= int(text) <= last):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {first} to {last}")
    return int(text)


def _port(text: str) -> int:
    return _number(text, 1, 65534)  # live updates stand on the one above


def _days(text: str) -> int:
    return _number(text, 1, 36500)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="varde", description="Digital home follow-up")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="a believable cooperation to try, served here")
    demo.add_argument("--port", type=_port, default=os.environ.get("PORT") or "8000")
    demo.add_argument("--reset", action="store_true", help="begin anew: erases the demo's data")
    demo.add_argument("--seed", default="varde", help="another seed gives other people")

    serve = commands.add_parser("serve", help="serve the pages and live updates, with the clock")
    serve.add_argument("--port", type=_port, default=os.environ.get("PORT") or "8000")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument(
        "--only", choices=("web", "live"), help="one process alone, as behind a proxy"
    )

    commands.add_parser("worker", help="the clock: overdue reports, due tasks, sealing")
    commands.add_parser("migrate", help="bring the database up to this version")

    simulate = commands.add_parser("simulate", help="live the demo's days until now")
    simulate.add_argument("--seed", default="varde")

    _token(commands)
    restate = commands.add_parser("restate", help="recompute states from facts; lower nothing")
    restate.add_argument("--cooperation")

    _programme(commands)
    _cover(commands)
    commands.add_parser("check", help="is the database sound, is the audit chain whole")
    return made


def _token(commands: Any) -> None:
    token = commands.add_parser("token", help="bearer tokens for other systems")
    acts = token.add_subparsers(dest="act", required=True, metavar="ACT")
    create = acts.add_parser("create", help="prints the token, once, and nothing else")
    create.add_argument("--name", required=True)
    create.add_argument("--cooperation", help="its key; needed when there are several")
    create.add_argument("--organisation", help="organisation number; else the follow-up service")
    create.add_argument("--scope", default="read write")
    create.add_argument("--days", type=_days, help="how long it holds; else until it is revoked")
    revoke = acts.add_parser("revoke", help="the tokens of this name stop working")
    revoke.add_argument("--name", required=True)
    revoke.add_argument("--cooperation", help="its key; needed when there are several")


def _programme(commands: Any) -> None:
    programme = commands.add_parser("programme", help="programmes: try one, publish one")
    what = programme.add_subparsers(dest="act", required=True, metavar="ACT")
    trial = what.add_parser(
        "try",
        help="judge every report of a CSV as the intake would",
        description="Judges every report of a CSV with the intake's code: columns patient, "
        "taken_at, kind (a name or a LOINC code), value, unit; an answer is the kind "
        "answer:QUESTION. Rows with the same patient and time are one report. Exit status 1 when "
        "a row was refused; standard error says which and why.",
    )
    trial.add_argument("programme", metavar="PROGRAMME", help="copd, heart-failure, or a file")
    trial.add_argument("reports", metavar="reports.csv", help="the file, or - for standard input")
    trial.add_argument(
        "--thresholds",
        metavar="FILE",
        help="a doctor's limits, YAML or JSON: kind → alert_low, warning_low, warning_high, "
        "alert_high; for one patient under patients: NAME:",
    )
    trial.add_argument("--json", action="store_true", help="one object a line")
    trial.add_argument("--language", choices=("nb", "nn", "en"), default="nb")
    for act, told in (
        ("publish", "a new version, for those who begin from now"),
        ("publish-plan", "what the plans of a programme begin with, for drafts from now"),
    ):
        new = what.add_parser(act, help=told)
        new.add_argument("programme", metavar="PROGRAMME", help="copd, heart-failure, or a file")
        new.add_argument("--cooperation", help="its key; needed when there are several")


def _cover(commands: Any) -> None:
    cover = commands.add_parser(
        "cover",
        help="who may take a unit's watch outside its opening hours",
        description="Without --by and --nobody: says who covers each unit. A unit is named by its "
        "organisation number.",
    )
    cover.add_argument("--unit", help="whose watch; else the follow-up service")
    who = cover.add_mutually_exclusive_group()
    who.add_argument("--by", help="who covers it from now: a response centre, a ward, …")
    who.add_argument("--nobody", action="store_true", help="nobody does, from now")
    cover.add_argument("--cooperation", help="its key; needed when there are several")


def main(arguments: list[str] | None = None) -> int:
    asked = parser().parse_args(arguments)
    from varde.base.postgres import PostgresError
    from varde.config import commands
    from varde.config.refused import Refused

    try:
        return int(getattr(commands, asked.command)(asked) or 0)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print("varde: The disk is full. Make room and start again.", file=sys.stderr)
        return 1
    except (PostgresError, Refused) as error:
        print(f"varde: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
