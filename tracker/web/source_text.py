"""A document's text as paragraphs of segments, each segment inside one measure or none. One pass, any overlap.

The template writes every segment through its autoescaping, so nothing here makes HTML.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

NOT_A_WORD = re.compile(r"\W+")
HEADING_LENGTH = 40


class Span(Protocol):
    """What is asked of a measure: its id and its half-open place in the text."""

    pk: int
    start: int
    end: int


@dataclass(frozen=True)
class Gap:
    """A sentence that gave no measure, marked in the text like one."""

    start: int
    end: int
    is_gap = True

    @property
    def pk(self) -> int:
        return -1 - self.start  # no measure's id


@dataclass(frozen=True)
class Segment:
    """A run of text. ``measure`` is the innermost one that covers it; ``begins`` are those that start right here."""

    text: str
    measure: Span | None
    begins: tuple[int, ...] = ()

    @property
    def other_anchors(self) -> tuple[int, ...]:
        """Starts that the segment's own mark cannot carry as its id."""
        return tuple(pk for pk in self.begins if not self.is_first or (self.measure and pk != self.measure.pk))

    @property
    def is_first(self) -> bool:
        """Whether the measure starts here, so that its mark carries the anchor."""
        return self.measure is not None and self.measure.pk in self.begins


@dataclass(frozen=True)
class Paragraph:
    """A line of the text; ``start`` is the offset of its first character."""

    segments: tuple[Segment, ...]
    is_heading: bool
    start: int = 0


def paragraphs(text: str, measures: Iterable[Span], *, headings: Iterable[str] = ()) -> list[Paragraph]:
    """The lines of a text that hold something, each cut at the borders of the measures.

    Where spans overlap, the one that began last is on top; none is lost and no border is crossed by a tag. A line is
    a heading when it says the same as one of ``headings``, punctuation apart.
    """
    titles = {NOT_A_WORD.sub("", title) for title in headings} - {""}
    found: list[Paragraph] = []
    line: list[Segment] = []
    at = start = 0
    for segment in _segments(text, sorted(measures, key=lambda span: (span.start, -span.end))):
        pieces = segment.text.split("\n")
        for index, piece in enumerate(pieces):
            if index:
                _close(found, line, titles, start)
                line = []
                at += 1
                start = at
            begins = segment.begins if index == 0 else ()
            if piece or begins:
                line.append(Segment(piece, segment.measure, begins))
            at += len(piece)
    _close(found, line, titles, start)
    return found


def _close(found: list[Paragraph], line: list[Segment], titles: set[str], start: int) -> None:
    words = "".join(segment.text for segment in line)
    if words.strip() or any(segment.begins for segment in line):
        is_heading = len(words) <= HEADING_LENGTH and NOT_A_WORD.sub("", words) in titles
        found.append(Paragraph(tuple(line), is_heading, start))


def _segments(text: str, spans: Sequence[Span]) -> Iterator[Segment]:
    """The text cut at every start and end, in order: a stack of the spans that are open, the newest on top."""
    open_spans: list[Span] = []
    at, index = 0, 0
    begins: tuple[int, ...] = ()
    while at < len(text):
        started = []
        while index < len(spans) and spans[index].start <= at:
            open_spans.append(spans[index])
            started.append(spans[index].pk)
            index += 1
        begins += tuple(started)
        while open_spans and open_spans[-1].end <= at:
            open_spans.pop()
        border = spans[index].start if index < len(spans) else len(text)
        if open_spans:
            border = min(border, open_spans[-1].end)
        border = min(border, len(text))
        yield Segment(text[at:border], open_spans[-1] if open_spans else None, begins)
        at, begins = border, ()
