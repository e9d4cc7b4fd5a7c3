"""Keeps the catalogues of `varde/locale/` in step with the texts in the code and the templates.

.venv/bin/python scripts/texts.py           adds what is new, removes what is gone, keeps the rest
.venv/bin/python scripts/texts.py --check   writes nothing; 1 when a catalogue is not whole

Bokmål is the message id and has no catalogue. Nothing is guessed from likeness: a text that has
changed is a new text, and asks for its translation anew.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
VARDE = ROOT / "varde"
FOLDER = VARDE / "locale"
CALLS: dict[str, object] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
WHOLE = ("nn", "en")  # the languages in which every text is said
PATIENTS = {  # … and where those that a patient reads stand, for a language of the patient's part
    "se": (
        "varde/web/patient/",
        "varde/web/templates/patient/",
        "varde/web/templates/public/",
        "varde/web/ui/templates/ui/",
        "varde/web/texts/",
        "varde/web/plan/measured.py",
        "varde/web/plan/printed.py",
        "varde/web/plan/shown.py",
        "varde/web/context.py",
        "varde/web/errors.py",
        "varde/web/signin.py",
    )
}
LANGUAGES = (*WHOLE, *PATIENTS)
NAMES = {"nn": "Nynorsk", "en": "British English", "se": "Northern Sámi"}
UNSIGNED = """
#
# NO NATIVE SPEAKER HAS READ OR SIGNED THESE TEXTS YET. Until one has, every text that a patient's
# safety rests on – the zones' names, what to do, whom to call, 113 and 116 117, that Varde is not
# an emergency service – stands in Northern Sámi followed by the bokmål, in parentheses or after
# a slash, and must be kept so. Only the patient's part is translated: what professionals read is
# empty here and shown in bokmål."""
# CLDR counts one, two and many in Northern Sámi; Babel's own table knows only one and many.
PLURALS = {"se": "nplurals=3; plural=(n == 1 ? 0 : n == 2 ? 1 : 2);"}
# What must be the same in every language: values, tags, and where a link leads (tel:113).
HOLES = re.compile(r"""%\(\w+\)[#0 +-]*\d*(?:\.\d+)?[a-z]|\{\w*\}|</?\w+>|href="[^"]*"|%%|%""")

Key = tuple[str | tuple[str, ...], str | None]  # the bokmål, one or both forms; the context


@dataclass
class Text:
    """One text of the source: its bokmål, its context and the files that say it."""

    id: str | tuple[str, ...]
    context: str | None
    files: list[str] = field(default_factory=list)

    def needed_in(self, language: str) -> bool:
        where = PATIENTS.get(language)
        return where is None or any(file.startswith(where) for file in self.files)


def extracted() -> dict[Key, Text]:
    """Every text for people in the code and the templates, in the order of the files."""
    found: dict[Key, Text] = {}
    for path in sorted([*VARDE.rglob("*.py"), *VARDE.rglob("*.html")]):
        name = path.relative_to(ROOT).as_posix()
        for _line, said, _comments, context in extract("python", _source(path), CALLS):
            key = (said if isinstance(said, str) else tuple(said), context)
            if not key[0]:
                continue
            text = found.setdefault(key, Text(*key))
            if name not in text.files:
                text.files.append(name)
    return found


def _source(path: Path) -> BytesIO:
    """A module as it stands; a template as the calls it would make, one way Babel can read it."""
    text = path.read_text("utf-8")
    if path.suffix == ".html":
        calls = templatize(text, origin=path.name)
        text = "\n".join(line.lstrip() for line in calls.splitlines())
    return BytesIO(text.encode())


def path_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "django.po"


def catalogue(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def kept(language: str) -> dict[Key, Message]:
    """What the language's catalogue has."""
    return {
        (message.id if isinstance(message.id, str) else tuple(message.id), message.context): message
        for message in catalogue(language)
        if message.id
    }


def update(language: str, texts: dict[Key, Text]) -> str:
    """The catalogue as it should stand: every text once, with the translation it had."""
    before = kept(language)
    made = Catalog(
        locale=language,
        project="Varde",
        charset="utf-8",
        fuzzy=False,
        header_comment=_head(language),
    )
    if language in PLURALS:
        made.mime_headers = [("Plural-Forms", PLURALS[language])]
    for key, text in texts.items():
        old = before.get(key)
        made.add(
            text.id,
            old.string if old is not None else None,
            locations=[(file, 0) for file in text.files],
            user_comments=old.user_comments if old is not None else (),
            context=text.context,
        )
    written = BytesIO()
    write_po(written, made, width=100, include_lineno=False, omit_header=False)
    return _without_dates(written.getvalue().decode())


def _head(language: str) -> str:
    said = f"# Varde in {NAMES[language]}. The message ids are the bokmål texts.\n"
    said += "# Updated by scripts/texts.py, which keeps translations and comments."
    return said + (UNSIGNED if language in PATIENTS else "")


def _without_dates(text: str) -> str:
    """The header without what changes at each writing, or says nothing."""
    noise = ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team")
    dropped = (*noise, "Report-Msgid-Bugs-To", "Generated-By", "Project-Id-Version")
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(tuple(f'"{d}' for d in dropped)))


def faults(language: str, texts: dict[Key, Text]) -> Iterator[str]:
    """What is wrong with a catalogue, one line for each."""
    have = kept(language)
    for key in texts.keys() - have.keys():
        yield f"{language}: missing: {key[0]}"
    for key in have.keys() - texts.keys():
        yield f"{language}: no longer used: {key[0]}"
    forms = catalogue(language).num_plurals
    for key in [key for key in texts if key in have]:
        message = have[key]
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.fuzzy:
            yield f"{language}: fuzzy: {key[0]}"
        if not any(said) and not texts[key].needed_in(language):
            continue
        if not all(said) or (isinstance(key[0], tuple) and len(said) != forms):
            yield f"{language}: not translated: {key[0]}"
        elif not _fits(key[0], said):
            yield f"{language}: other placeholders: {key[0]}"


def _fits(id: str | tuple[str, ...], said: tuple[str, ...]) -> bool:
    """A form has the holes of the bokmål; one for a single number may say it without."""
    ids = (id,) if isinstance(id, str) else id
    allowed = set().union(*(_holes(one) for one in ids))
    return _holes(said[-1]) == _holes(ids[-1]) and all(_holes(one) <= allowed for one in said)


def _holes(text: str) -> set[str]:
    return set(HOLES.findall(text))


def main(arguments: list[str] | None = None) -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--check", action="store_true", help="write nothing; 1 if one is not whole")
    check = asked.parse_args(arguments).check
    texts = extracted()
    if not check:
        for language in LANGUAGES:
            path_of(language).parent.mkdir(parents=True, exist_ok=True)
            path_of(language).write_text(update(language, texts), encoding="utf-8")
    found = [fault for language in LANGUAGES for fault in faults(language, texts)]
    sys.stderr.writelines(f"{fault}\n" for fault in found)
    return int(check and bool(found))


if __name__ == "__main__":
    sys.exit(main())
