"""Refused: what a command says when it cannot be carried out."""


class Refused(Exception):
    """The command cannot be carried out; the message says why and what to do."""
