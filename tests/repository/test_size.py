"""Small files, small functions: what does not fit becomes more files with speaking names."""

import ast
from pathlib import Path

from tests.repository.house import VENDOR, kept_files, name_of, python_files, tree_of

FILE, FUNCTION = 400, 50
FOLDERS = ("varde", "tests", "scripts")


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def test_no_python_file_is_long() -> None:
    found = {name_of(path): lines(path) for path in python_files(*FOLDERS)}
    assert {name: n for name, n in found.items() if n > FILE} == {}


def test_no_script_or_style_sheet_of_ours_is_long() -> None:
    ours = [path for path in kept_files() if path.suffix in (".js", ".mjs", ".css")]
    ours = [path for path in ours if VENDOR not in path.parents and ".min." not in path.name]
    found = {name_of(path): lines(path) for path in ours}
    assert {name: n for name, n in found.items() if n > FILE} == {}


def test_no_function_is_long() -> None:
    found = {
        f"{name_of(path)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in python_files(*FOLDERS)
        for node in functions(tree_of(path))
    }
    assert {name: n for name, n in found.items() if n > FUNCTION} == {}


def test_every_module_says_what_it_is() -> None:
    silent = [
        name_of(path)
        for path in python_files("varde")
        if path.name not in ("__init__.py", "apps.py") and not ast.get_docstring(tree_of(path))
    ]
    assert silent == []
