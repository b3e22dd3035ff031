"""Word lists: one word a line in lexicons/*.txt, "#" opens a comment, loaded once."""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "lexicons"


@cache
def words(name: str) -> frozenset[str]:
    """The words of lexicons/<name>.txt."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if (word := line.partition("#")[0].strip()))


@cache
def longest(name: str) -> int:
    """The length of the list's longest word."""
    return max((len(word) for word in words(name)), default=0)


def match(name: str, text: str, at: int, end: int | None = None) -> int:
    """The length of the longest word of the list that stands at text[at:], 0 when none does."""
    known = words(name)
    stop = len(text) if end is None else end
    for size in range(min(longest(name), stop - at), 0, -1):
        if text[at : at + size] in known:
            return size
    return 0


@cache
def alternation(*names: str) -> str:
    """The words of the lists as a regular expression's alternatives, longest first."""
    known = frozenset[str]().union(*(words(name) for name in names))
    return "|".join(re.escape(word) for word in sorted(known, key=lambda word: (-len(word), word)))
