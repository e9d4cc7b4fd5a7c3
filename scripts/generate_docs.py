"""Writes docs/reference/ from the code, so that it cannot say anything else than the code does.

.venv/bin/python scripts/generate_docs.py           writes the pages
.venv/bin/python scripts/generate_docs.py --check   1 when a page is not what it would write
"""

from __future__ import annotations

import argparse
import ast
import configparser
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VARDE = ROOT / "varde"
FOLDER = ROOT / "docs" / "reference"
NOTE = "<!-- Written by scripts/generate_docs.py. Change the code, then run it again. -->"

# What each environment variable means; a variable the code reads and that is not here is an error.
VARIABLES = {
    "VARDE_BEHIND_PROXY": (
        "0",
        "1 when a proxy of ours stands in front: who knocks is then the last address it has added",
    ),
    "VARDE_LIVE_HEALTH": (
        "as `VARDE_LIVE_URL`",
        "where `/healthz` asks live whether it hears the database, when pages have it elsewhere",
    ),
    "VARDE_DATABASE_URL": (
        "the embedded database",
        "where PostgreSQL is, as the role `varde_app`; unset: the embedded one is started",
    ),
    "VARDE_DATABASE_OWNER_URL": (
        "as `VARDE_DATABASE_URL`",
        "the same database as `varde_owner`, who makes the tables (`varde migrate`)",
    ),
    "VARDE_DATABASE_CLOCK_URL": (
        "as `VARDE_DATABASE_URL`",
        "the same database as `varde_clock`, who claims what is due and seals the audit",
    ),
    "VARDE_DATA_FOLDER": (
        "",
        "set by `varde` itself: where the embedded database lies; `/healthz` sees its disk",
    ),
    "VARDE_EMBEDDED": ("", "set by `varde` itself: the database is the embedded one"),
    "VARDE_POOL": ("8", "the most database connections each web process holds"),
    "VARDE_HOME": (
        "`.varde` in the project folder",
        "state on disk: the embedded database, logs, process numbers, the secret, static files",
    ),
    "VARDE_SECRET_KEY": ("made once, kept in `VARDE_HOME`", "signs sessions and forms"),
    "VARDE_HOSTS": ("127.0.0.1,localhost,[::1]", "host names the pages answer to, by comma"),
    "VARDE_ORIGINS": ("", "origins whose forms are trusted behind TLS, by comma, with scheme"),
    "VARDE_SECURE": ("0", "`1` behind TLS: cookies only over HTTPS, and HSTS"),
    "VARDE_LIVE_URL": (
        "the same origin (`varde serve` and `varde demo`: the next port)",
        "the origin of the live updates, when no proxy sends `/live` to them",
    ),
    "VARDE_PAGE_ORIGINS": (
        "none (`varde serve` and `varde demo`: this machine's pages)",
        "the pages' origins that may listen to the live updates, by comma",
    ),
    "VARDE_DEMO": ("", "`1`: the demo's people can be signed in as with one touch; never in use"),
    "VARDE_CLOCK": ("now", "an ISO time with offset at which the process believes it starts"),
    "PORT": ("8000", "the port of `varde demo` and `varde serve`"),
    "PG_BINDIR": ("", "PostgreSQL's programs, when they are not in a wheel"),
    "DJANGO_SETTINGS_MODULE": ("varde.config.settings", "set by `varde` itself"),
}


READERS = {"os.environ.get", "os.environ.setdefault", "os.getenv"}


def set_up() -> None:
    os.environ.setdefault("VARDE_SECRET_KEY", "only to read the code")
    os.environ["DJANGO_SETTINGS_MODULE"] = "varde.config.settings"
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()


def page(title: str, lead: str, *parts: str) -> str:
    return "\n\n".join([NOTE, f"# {title}", lead, *parts]).rstrip() + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(cell(one) for one in line) + " |" for line in lines)


def cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def sources() -> list[Path]:
    found = (path for path in VARDE.rglob("*.py") if "migrations" not in path.parts)
    return sorted(found)


def module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def first_sentence(text: str | None) -> str:
    paragraph = " ".join((text or "").split("\n\n")[0].split())
    return paragraph or "–"


def contexts() -> str:
    """The card of each package, top of the house first."""
    read = configparser.ConfigParser()
    read.read(ROOT / ".importlinter")
    layers = read["importlinter:contract:order"]["layers"].strip().splitlines()
    names = [one.strip() for line in layers for one in line.split("|")]
    cards, inner = [], []
    for path in sorted(VARDE.rglob("__init__.py")):
        name, text = module(path), ast.get_docstring(ast.parse(path.read_text("utf-8")))
        if text and name not in names and name != "varde":
            inner.append((f"`{name}`", first_sentence(text)))
    for name in names:
        path = ROOT / name.replace(".", "/") / "__init__.py"
        path = path if path.exists() else (ROOT / name.replace(".", "/")).with_suffix(".py")
        text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "–"
        cards.append(f"## {name}\n\n{text}")
    return page(
        "Contexts",
        "From the top of the house to its ground: each imports only what is below it; those that\n"
        "stand between the same two do not import each other (`.importlinter`).",
        "```\n" + "\n".join(line.strip().replace("varde.", "") for line in layers) + "\n```",
        *cards,
        "## Packages inside them",
        table(("package", "what it is"), inner),
    )


def roles() -> str:
    """Which role may do which act."""
    from varde.core.access import PERMISSIONS, Role

    rows = [
        (f"`{verb}`", *("✓" if role in allowed else "" for role in Role))
        for verb, allowed in PERMISSIONS.items()
    ]
    return page(
        "Roles",
        "Which role may do which act. What is not ticked is denied. A role is not enough for a\n"
        "patient's record: the unit also needs a relation to the patient at that time.",
        table(("act", *(str(role) for role in Role)), rows),
    )


def programmes() -> str:
    """Each programme file as it judges."""
    from varde.catalogue.actions import shipped
    from varde.core.programme_file import parse

    found = [parse(content) for content in shipped().values()]
    return page(
        "Programmes",
        "From the files in `varde/programmes/`. A limit belongs to the milder zone. An unsigned\n"
        "set is a default that no clinician has signed.",
        *(part for one in found for part in _programme(one)),
    )


def _programme(one: Any) -> Iterator[str]:
    signed = ", ".join(f"{s.name}, {s.role}, {s.at}" for s in one.standard.signed_by)
    yield f"## {one.name['nb']} ({one.key}), version {one.version}"
    by = f"signed by {signed}" if signed else "**unsigned**"
    yield f"Standard set {one.standard.version}: {by}."
    rhythm = f"{one.schedule.trial} for {one.schedule.trial_days} days, then {one.schedule.after}"
    more = ", and daily until green after yellow or red" if one.schedule.daily_until_green else ""
    yield f"Measured: {', '.join(_measured(m) for m in one.measurements)}."
    yield f"Rhythm: {rhythm}{more}."
    yield _limits(one)
    yield _rules(one)
    yield "### Questions"
    rows = [
        (f"`{q.id}`", q.text["nb"], *(_choices(q, zone) for zone in ("green", "yellow", "red")))
        for q in one.questions
    ]
    yield table(("id", "question (bokmål)", "green", "yellow", "red"), rows)


def _measured(measurement: Any) -> str:
    return measurement.kind if measurement.judged else f"{measurement.kind} (not judged)"


def _choices(question: Any, zone: str) -> str:
    return "; ".join(choice.text["nb"] for choice in question.choices if choice.zone == zone) or "–"


def _limits(one: Any) -> str:
    from varde.core.quantities import BY_NAME

    rows = []
    for kind, bounds in one.standard.limits.items():
        limits = ("–" if bound is None else f"{bound:g}" for bound in _in_table_order(bounds))
        planned = kind if kind in one.kinds else f"{kind} (not asked for)"
        rows.append((planned, BY_NAME[kind].unit, *limits))
    head = ("kind", "unit", "red below", "yellow below", "yellow above", "red above")
    return table(head, rows)


def _in_table_order(bounds: Any) -> tuple[float | None, ...]:
    return bounds.alert_low, bounds.warning_low, bounds.warning_high, bounds.alert_high


def _rules(one: Any) -> str:
    said = [
        f"- {r.kind}: yellow at {r.yellow:g} and red at {r.red:g} or more below the habitual"
        " value, until the limits are individual"
        for r in one.drops
    ]
    said += [
        f"- {r.kind}, over {r.days} days: yellow at a rise of {r.yellow_rise:g} or a fall of"
        f" {r.yellow_fall:g} or more, red at a rise of more than {r.red_rise:g}"
        for r in one.changes
    ]
    for r in one.criticals:
        bounds = (f"below {r.below:g}" if r.below is not None else "",
                  f"above {r.above:g}" if r.above is not None else "")  # fmt: skip
        said.append(f"- {r.kind}: critical {' or '.join(b for b in bounds if b)}")
    for r in one.rules:
        ordered = ", only when a doctor has ordered it" if r.by_order else ""
        said.append(f"- `{r.id}`: {r.name['en']}{ordered}")
    for colour, rungs in (("yellow", one.ladder.yellow), ("red", one.ladder.red)):
        steps = [f"{rung.ask.value} ({rung.hours:g} h)" for rung in rungs]
        if steps:
            said.append(f"- asked on when {colour}, in opening hours: {', then '.join(steps)}")
    return "\n".join(said)


def actions() -> str:
    """Every framed write."""
    rows = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            for verb in _verbs(node):
                text = first_sentence(ast.get_docstring(node))
                rows.append((f"`{verb}`", f"`{module(path)}.{node.name}`", text))
    return page(
        "Actions",
        "Every write that a person, a machine or the clock may ask for. The frame\n"
        "(`varde.people.action`) asks whether the role may do it, does it, and writes down that\n"
        "it was done, in the same transaction.",
        table(("act", "where", "what"), sorted(rows)),
    )


def _verbs(node: ast.FunctionDef) -> Iterator[str]:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "action":
            yield ast.literal_eval(decorator.args[0])


def settings() -> str:
    """Every environment variable that the code reads."""
    read: dict[str, set[str]] = {}
    for path in sources():
        for name in _variables(ast.parse(path.read_text("utf-8"))):
            read.setdefault(name, set()).add(f"`{module(path)}`")
    if set(read) != set(VARIABLES):
        differ = ", ".join(sorted(set(read) ^ set(VARIABLES)))
        raise SystemExit(f"VARIABLES of scripts/generate_docs.py and the code differ: {differ}")
    rows = [
        (f"`{name}`", default or "–", meaning, ", ".join(sorted(read[name])))
        for name, (default, meaning) in VARIABLES.items()
    ]
    return page(
        "Settings",
        "Varde is set up by environment variables and nothing else.",
        table(("variable", "when unset", "meaning", "read by"), rows),
    )


def _variables(tree: ast.Module) -> Iterator[str]:
    """Names in `os.environ[…]`, `os.environ.get(…)` and `… in os.environ`, and in the URL table."""
    for node in ast.walk(tree):
        name: ast.expr | None = None
        if isinstance(node, ast.Call) and ast.unparse(node.func) in READERS:
            name = node.args[0]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            name = node.slice
        elif isinstance(node, ast.Compare) and ast.unparse(node.comparators[0]) == "os.environ":
            name = node.left
        if isinstance(name, ast.Constant):
            yield str(name.value)


def addresses() -> str:
    """Every URL with who may open it and how."""
    from django.urls import URLPattern, get_resolver

    from varde.exchange.fhir.door import PREFIX

    def all_of(found: Any, before: str = "") -> Iterator[tuple[str, Any]]:
        for one in found:
            route = f"{before}{one.pattern}"
            if isinstance(one, URLPattern):
                yield route, one.callback
            else:
                yield from all_of(one.url_patterns, route)

    rows = []
    for route, view in all_of(get_resolver().url_patterns):
        plain = inspect.unwrap(view)
        who = ", ".join(str(role) for role in getattr(view, "roles", ())) or "anyone"
        where = f"`{plain.__module__}.{plain.__name__}`"
        what = first_sentence(plain.__doc__ or getattr(inspect.getmodule(plain), "__doc__", ""))
        rows.append((f"`/{route}`", _methods(plain), who, where, what))
    return page(
        "Addresses",
        "Every address of the pages. «Anyone» is public; every other asks for sign-in and answers\n"
        f"403 to other roles. Machines come in beside the pages, at `{PREFIX}`\n"
        "(`varde.exchange.fhir`). The live process has `/live` (the stream, for nurses) and\n"
        "`/live/health`.",
        table(("address", "methods", "roles", "view", "what"), rows),
    )


def _methods(view: Callable[..., Any]) -> str:
    """By the decorators it is written with."""
    source = inspect.getsource(inspect.getmodule(view))  # type: ignore[arg-type]
    nodes = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)]
    node = next((n for n in nodes if n.name == view.__name__), None)
    names = " ".join(ast.unparse(d) for d in node.decorator_list) if node else ""
    if "require_http_methods" in names:
        return ", ".join(re.findall(r"'([A-Z]+)'", names))
    return (
        "POST" if "require_POST" in names else "GET" if "require_GET" in names else "see the view"
    )


PAGES: dict[str, Callable[[], str]] = {
    "contexts.md": contexts,
    "roles.md": roles,
    "programmes.md": programmes,
    "actions.md": actions,
    "settings.md": settings,
    "addresses.md": addresses,
}


def stale() -> list[str]:
    """The pages that are not what the code says now."""
    made = {name: make() for name, make in PAGES.items()}
    kept = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    return sorted(name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name))


def main(arguments: list[str] | None = None) -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--check", action="store_true", help="write nothing; 1 when a page is stale")
    check = asked.parse_args(arguments).check
    set_up()
    if check:
        for name in stale():
            sys.stderr.write(f"docs/reference/{name} is stale: run scripts/generate_docs.py\n")
        return int(bool(stale()))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
