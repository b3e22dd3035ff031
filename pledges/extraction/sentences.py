"""Paragraphs → sentences → segments, on clean text: the commas, colons and semicolons outside quotes and brackets."""

import re
from dataclasses import dataclass

STOP = re.compile("[。！？!?…]+|[“”《》（）()，；;：\n]")
CLOSERS = {"“": "”", "《": "》", "（": "）", "(": ")"}
LONGEST_QUOTE = 120
LONGEST_SEGMENT = 2000  # nobody writes so long without a comma; what does is no prose and is passed over


@dataclass(frozen=True)
class Segment:
    """text[start:end] between two separators; `mark` is the one after it, "" at the paragraph's end."""

    start: int
    end: int
    mark: str


@dataclass(frozen=True)
class Sentence:
    """Segments up to a full stop; brackets stay inside their segment."""

    start: int
    end: int
    segments: tuple[Segment, ...]


def split(text: str, start: int, end: int) -> list[Sentence]:
    """The sentences of a paragraph. An opening quote or bracket that is not closed soon counts as none."""
    sentences: list[Sentence] = []
    segments: list[Segment] = []
    at = first = start
    position = start
    while position < end:
        match = STOP.search(text, position, end)
        if match is None:
            break
        mark = match.group()
        position = match.end()
        if mark in CLOSERS:
            close = _closing(text, match.start(), end, CLOSERS[mark])
            if close > 0:
                position = close
            continue
        if mark in "”》）)\n":
            continue
        if at < match.start() <= at + LONGEST_SEGMENT:
            segments.append(Segment(at, match.start(), mark[0]))
        at = match.end()
        if mark[0] in "。！？!?…":
            if segments:
                sentences.append(Sentence(first, match.end(), tuple(segments)))
            segments, first = [], match.end()
    if at < end <= at + LONGEST_SEGMENT:
        segments.append(Segment(at, end, ""))
    if segments:
        sentences.append(Sentence(first, end, tuple(segments)))
    return sentences


def _closing(text: str, opening: int, end: int, closer: str) -> int:
    """The index after the mark that closes text[opening], 0 when a stop or the end comes first."""
    limit = min(end, opening + LONGEST_QUOTE)
    close = text.find(closer, opening + 1, limit)
    if close < 0:
        return 0
    again = text.find(text[opening], opening + 1, close)
    if again >= 0 and text[opening] != "“":
        further = text.find(closer, close + 1, limit)
        close = further if further >= 0 else close
    return close + 1 if closer != "）" or text.find("。", opening, close) < 0 else 0
