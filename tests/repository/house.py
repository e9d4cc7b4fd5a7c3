"""What the laws look at: the tree, its modules as syntax, its models and its tables."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connections, models

from varde.base.rows import TenantRow

ROOT = Path(__file__).resolve().parents[2]
VARDE = ROOT / "varde"
MADE = {".venv", ".varde", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache"}
VENDOR = VARDE / "web" / "ui" / "static" / "ui" / "vendor"


def name_of(path: Path) -> str:
    """The path from the repository's root, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


def python_files(*folders: str) -> list[Path]:
    """Every Python file in these folders, migrations left out."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def kept_files() -> list[Path]:
    """What is, or would be, in the repository: what git knows, and what it would not ignore."""
    if not (ROOT / ".git").exists():  # an unpacked archive
        return [p for p in ROOT.rglob("*") if p.is_file() and not set(p.parts) & MADE]
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    paths = (ROOT / line for line in said.stdout.splitlines())
    return [path for path in paths if path.is_file()]


def our_models() -> list[type[models.Model]]:
    """Every concrete model of Varde."""
    return [model for model in apps.get_models() if model.__module__.startswith("varde.")]


def tenant_models() -> list[type[TenantRow]]:
    return [model for model in our_models() if issubclass(model, TenantRow)]


def ask(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows from PostgreSQL's own catalogue, as the owner of the tables."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
