"""Coded: a refusal that says why by a code; the words are made where it is shown.

Pure.
"""

from __future__ import annotations


class Coded(Exception):
    """`code` says why; each kind of refusal tells in its docstring which there are."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
