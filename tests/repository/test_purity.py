"""The pure heart asks no clock: what time it is comes in as a value."""

import ast

import pytest

from tests.repository.house import name_of, python_files, tree_of

ASKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "monotonic"),
    ("time", "localtime"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("clock", "now"),
}


def asked(tree: ast.AST) -> list[str]:
    """Each place that asks what time it is, or brings in what could."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            receiver = ast.unparse(node.value).split(".")[-1]
            if (receiver, node.attr) in ASKS:
                found.append(f"{node.lineno}: {receiver}.{node.attr}")
        if isinstance(node, ast.ImportFrom) and node.module in ("time", "varde.base"):
            found.append(f"{node.lineno}: from {node.module}")
        if isinstance(node, ast.Import) and any(one.name == "time" for one in node.names):
            found.append(f"{node.lineno}: import time")
    return found


@pytest.mark.parametrize("folder", ["varde/core", "varde/paper"])
def test_no_clock_in_the_rules(folder: str) -> None:
    found = {name_of(path): asked(tree_of(path)) for path in python_files(folder)}
    assert {name: at for name, at in found.items() if at} == {}


def test_a_clock_would_be_seen() -> None:
    code = "import datetime as d\nd.datetime.now()\nfrom time import time\ndate.today()"
    assert len(asked(ast.parse(code))) == 3
