"""The whole form of a page as a browser would send it: inputs, text areas, choices."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from tests.web.test_patient_pages import main


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, list[str]] = {}
        self.area, self.select = "", ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        kept = {name: value or "" for name, value in attrs}
        name = kept.get("name", "")
        if tag == "textarea":
            self.area = name
            self.found.setdefault(name, [""])
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            if "selected" in kept or self.select not in self.found:
                self.found[self.select] = [kept.get("value", "")]
        elif tag == "input" and name:
            if kept.get("type") in ("radio", "checkbox") and "checked" not in kept:
                return
            self.found.setdefault(name, []).append(kept.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.select = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[self.area][-1] += data


def form_of(
    answer: Any, *, last: str = '<form method="post" class="p-plan-form"'
) -> dict[str, Any]:
    """The fields of the page's main form, each with all that it would send."""
    form = _Form()
    form.feed(main(answer).split(last)[-1])
    return {name: values if len(values) > 1 else values[0] for name, values in form.found.items()}
