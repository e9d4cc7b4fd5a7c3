"""Search keys: names normalised so that a prefix is a range (LIKE is not leakproof under RLS)."""

import unicodedata

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ŋ": "n", "ŧ": "t"})


def search_key(text: str) -> str:
    """Lower case, letters without marks, single spaces: «Bjørg  Sæther» → «bjorg saether»."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def prefix_end(key: str) -> str:
    """The smallest key after every key that starts with `key` (binary collation)."""
    return key + "\U0010ffff"
