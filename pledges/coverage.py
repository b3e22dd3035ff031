"""What of a plan was read: which sentences of its plan and assignment zones gave a measure, and which gave none.

Pure. Sentences are those that extraction itself reads: headings, run-in headings, lines and brackets of owners are
none, a line break inside a sentence does not end it. Whatever became of a measure, its sentence was read.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pledges.extraction import cleaning, outline, sentences
from pledges.extraction.measures import OWNER_BRACKET, OWNER_LINE

COUNTED = ("plan", "assignment")
Span = tuple[int, int]


@dataclass(frozen=True)
class Coverage:
    """How many sentences there are and gave a measure, the same in characters, and the sentences that gave none."""

    sentences: int
    covered: int
    characters: int
    characters_covered: int
    gaps: tuple[Span, ...]

    @property
    def uncovered(self) -> int:
        return self.sentences - self.covered

    @property
    def bp(self) -> int | None:
        """The share of sentences in basis points, half up; None when there is no sentence."""
        return (self.covered * 20_000 + self.sentences) // (2 * self.sentences) if self.sentences else None

    @property
    def characters_bp(self) -> int | None:
        return (
            (self.characters_covered * 20_000 + self.characters) // (2 * self.characters) if self.characters else None
        )


def of(text: str, zones: Iterable[Sequence[object]], measures: Iterable[Span]) -> Coverage:
    """The coverage of a document's text by spans of it, all in the text's own offsets. Linear in the text's length.

    ``zones`` are ``[label, start, end]``. Spans may overlap and come in any order.
    """
    counted = _joined((start, end) for label, start, end in zones if label in COUNTED)  # type: ignore[misc]
    read = _joined(measures)
    found = [span for span in _sentences(text) if _is_inside(counted, span[0])]
    gaps: list[Span] = []
    characters = characters_covered = index = 0
    for start, end in found:
        while index < len(read) and read[index][1] <= start:
            index += 1
        covered, at = 0, index
        while at < len(read) and read[at][0] < end:
            covered += min(end, read[at][1]) - max(start, read[at][0])
            at += 1
        index = max(index, at - 1)
        characters += end - start
        characters_covered += covered
        if not covered:
            gaps.append((start, end))
    return Coverage(len(found), len(found) - len(gaps), characters, characters_covered, tuple(gaps))


@lru_cache(maxsize=32)
def _sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a text, in order, disjoint, as spans of it without the spaces around them."""
    cleaned = cleaning.clean(text)
    found: list[Span] = []
    for paragraph in outline.read(cleaned.text).paragraphs:
        if paragraph.is_heading or OWNER_LINE.match(cleaned.text, paragraph.start, paragraph.end):
            continue
        for sentence in sentences.split(cleaned.text, paragraph.body, paragraph.end):
            words = cleaned.text[sentence.start : sentence.end]
            first = sentence.start + len(words) - len(words.lstrip())
            last = sentence.end - (len(words) - len(words.rstrip()))
            if _says_something(words.strip()):
                found.append(cleaned.span(first, last))
    return tuple(found)


def _says_something(words: str) -> bool:
    is_about_owners = OWNER_LINE.match(words) or OWNER_BRACKET.fullmatch(words.rstrip("。；;"))
    return not is_about_owners and any(char.isalnum() for char in words)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch or overlap made one; empty ones left out."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif start < end:
            found.append((start, end))
    return found


def _is_inside(spans: list[Span], at: int) -> bool:
    index = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return index >= 0 and at < spans[index][1]
