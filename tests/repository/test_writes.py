"""Only the modules that may write do write, by Django or by SQL."""

import ast
import re
from pathlib import Path

import pytest

from tests.repository.house import calls, name_of, python_files, tree_of

WRITERS = {
    "varde/audit/actions.py": "acts and openings",
    "varde/base/outbox.py": "what is to be sent, and that it was",
    "varde/base/rows.py": "the one save of a row that never changes",
    "varde/base/stamps.py": "when a task of the clock succeeded",
    "varde/catalogue/actions.py": "programme versions, signatures",
    "varde/triage/restating.py": "what is milder than the facts, made right",
    "varde/clock/seal.py": "the audit chain, as the clock's own role, which alone may",
    "varde/dialogue/actions.py": "notes and messages",
    "varde/measuring/actions.py": "measurements, enrolments",
    "varde/measuring/answers.py": "that an answer is read",
    "varde/measuring/drafts.py": "what a patient has typed and not sent",
    "varde/measuring/expecting.py": "expectations",
    "varde/measuring/habitual.py": "what is usual",
    "varde/measuring/opening.py": "opening hours",
    "varde/measuring/pauses.py": "pauses, and what they cover",
    "varde/measuring/rhythm.py": "how often one patient reports",
    "varde/pathway/actions.py": "stages",
    "varde/pathway/own_follow_up.py": "what is agreed with one patient of what follows",
    "varde/pathway/goals.py": "goal conversations",
    "varde/pathway/together/answering.py": "what becomes of requests",
    "varde/pathway/meeting/deciding.py": "what is decided in a meeting",
    "varde/pathway/meeting/listing.py": "who is on a meeting's list",
    "varde/pathway/meeting/meetings.py": "meetings, and who was there",
    "varde/pathway/meeting/minutes.py": "that a meeting has ended, and that its notes went out",
    "varde/pathway/together/outreach.py": "visits, and what breathing support is set to",
    "varde/pathway/together/requests.py": "what is asked of another unit",
    "varde/pathway/together/routine.py": "routine controls, and that they are dropped",
    "varde/pathway/together/slots.py": "times kept for those who cannot wait",
    "varde/pathway/follow_up.py": "when what follows by itself was reckoned",
    "varde/plan/approving.py": "how far a plan has come, and who has it",
    "varde/plan/doing.py": "what was done by a plan, and training in it",
    "varde/plan/writing.py": "what plans are made from, and drafts",
    "varde/people/sharing.py": "whom an organisation reaches, and until when",
    "varde/people/covers.py": "who covers whom, and whom that lets them reach",
    "varde/people/nurses.py": "own nurses, absences",
    "varde/triage/handover.py": "what one shift tells the next",
    "varde/people/actions.py": "persons, organisations, roles, relations, the directory",
    "varde/triage/asks.py": "who was asked on, and the answer",
    "varde/triage/asking.py": "that a patient is asked to measure again",
    "varde/triage/contact.py": "a contact that closes nothing",
    "varde/triage/handling.py": "taking and closing",
    "varde/triage/keeping.py": "judgements and states",
    "varde/triage/ordered_rules.py": "rules ordered for one patient",
    "varde/triage/ordering.py": "orders of limits",
    "varde/triage/passing.py": "given, put off, undone",
    "varde/triage/repeating.py": "what came of measuring again",
    "varde/triage/saved.py": "a nurse's own views of the list",
    "varde/triage/tasks.py": "tasks",
    "varde/triage/thresholds.py": "thresholds",
    "varde/triage/watch.py": "who has the watch, and the places that follow it",
    "varde/triage/worklist.py": "items and reasons",
}
MANAGER = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
# At its beginning, or in a `with … as (insert …)`; «for update» and «do update» write nothing new.
SQL = re.compile(
    r"(?:^|\()\s*(insert\s+into|update\s+\w+|delete\s+from|truncate|copy\s+\w+)\b", re.I
)


def by_django(tree: ast.AST) -> list[int]:
    """The lines that write through a model: by a manager, a queryset, or an instance."""
    found = []
    for call in calls(tree):
        if not isinstance(call.func, ast.Attribute):
            continue
        name, receiver = call.func.attr, ast.unparse(call.func.value)
        on_objects = ".objects" in receiver
        only_keywords = bool(call.keywords) and not call.args
        if (
            (name in MANAGER and on_objects)
            or (name == "update" and (on_objects or only_keywords))
            or (name in ("save", "delete") and "session" not in receiver)
        ):
            found.append(call.lineno)
    return found


def by_sql(tree: ast.AST) -> list[int]:
    """The lines where a statement that changes rows is written out."""
    strings = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [s.lineno for s in strings if isinstance(s.value, str) and SQL.match(s.value)]


def written(path: Path) -> list[int]:
    tree = tree_of(path)
    return sorted({*by_django(tree), *by_sql(tree)})


def test_nothing_else_writes() -> None:
    found = {name_of(path): written(path) for path in python_files("varde")}
    assert {name: at for name, at in found.items() if at and name not in WRITERS} == {}


@pytest.mark.parametrize("name", WRITERS)
def test_the_list_of_writers_is_no_longer_than_it_must(name: str) -> None:
    paths = {name_of(path): path for path in python_files("varde")}
    assert written(paths[name]), f"{name} writes nothing: take it off the list"


@pytest.mark.parametrize(
    ("code", "writes"),
    [
        ("Item.objects.create(a=1)", True),
        ("rows = Item.objects.filter(open=True)\nrows.update(open=False)", True),
        ("row.save(update_fields=['a'])", True),
        ("cursor.execute('update triage_item set open = false')", True),
        ("digest.update(text.encode())", False),
        ("kept.update(part)", False),
        ("request.session.save()", False),
        ("tokens.create(asked)", False),
    ],
)
def test_the_law_sees_what_it_should(code: str, writes: bool) -> None:
    tree = ast.parse(code)
    assert bool(by_django(tree) or by_sql(tree)) is writes
