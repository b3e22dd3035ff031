"""Glyphs with their boxes → lines in reading order → paragraphs and tables."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from pledges.extraction.formats.document import Composer, Merge
from pledges.extraction.formats.pdf_tables import Grid

EDGE = 0.12  # of a page's height: where headers, footers and page numbers stand
EDGE_LINES = 3
PAGE_NUMBER = re.compile(
    r"[-—–－_·•\s]*(?:第?\d{1,4}页?(?:[/,，]?共?\d{1,4}页?)?|第[一二三四五六七八九十百]{1,5}页|[ivxIVX]{1,6})[-—–－_·•\s]*"
)
LATIN = re.compile(r"[A-Za-z0-9]")
WIDE_GAP = 1.6  # in characters: what stands farther apart on one line belongs to different columns
WORD_GAP = 0.2
LEAST_ROWS = 5  # of two columns side by side
OPENING = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,3}[.．、](?!\d)|"
    r"第[一二三四五六七八九十]{1,3}[章节条]"
)


@dataclass(frozen=True)
class Glyph:
    char: str
    x0: float
    y0: float
    x1: float
    y1: float
    spaced: bool = False  # a space stands before it


@dataclass
class Page:
    """Top left is (0, 0)."""

    width: float
    height: float
    glyphs: list[Glyph]
    grids: list[Grid] = field(default_factory=list)


@dataclass
class Line:
    """Glyphs side by side without a wide gap. `left` and `right` are the borders of the column it stands in."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    left: float = 0
    right: float = 0

    @property
    def size(self) -> float:
        return self.y1 - self.y0


def compose(pages: list[Page], composer: Composer) -> list[str]:
    """Write the pages; returns what stands at their edges and is no part of the text."""
    read = [_ordered(page) for page in pages]
    furniture = _repeated(pages, read)
    beside: list[str] = []
    open_line: Line | None = None
    words = ""
    pending: tuple[list[list[str]], list[Merge]] | None = None  # a table that may go on on the next page
    for page, blocks in zip(pages, read, strict=True):
        for block in blocks:
            if isinstance(block, Grid):
                composer.line(words)
                words, open_line = "", None
                pending = _appended(composer, pending, *_cells(block, page))
                continue
            if _key(block, page) in furniture or _is_number(block, page):
                beside.append(block.text)
                continue
            if pending is not None:
                composer.table(*pending)
                pending = None
            if open_line is not None and _goes_on(open_line, block):
                words = _joined(words, block.text)
            else:
                composer.line(words)
                words = block.text
            open_line = block
    composer.line(words)
    if pending is not None:
        composer.table(*pending)
    return beside


def _appended(
    composer: Composer, pending: tuple[list[list[str]], list[Merge]] | None, grid: list[list[str]], merges: list[Merge]
) -> tuple[list[list[str]], list[Merge]]:
    """A table right after another one of the same width is its continuation."""
    if pending is None:
        return grid, merges
    if len(pending[0][0]) != len(grid[0]):
        composer.table(*pending)
        return grid, merges
    down = len(pending[0])
    return pending[0] + grid, pending[1] + [(top + down, left, end + down, right) for top, left, end, right in merges]


def _cells(grid: Grid, page: Page) -> tuple[list[list[str]], list[Merge]]:
    inside = [glyph for glyph in page.glyphs if _holds(grid.box, glyph)]
    rows = [[""] * grid.width for _row in range(grid.height)]
    merges: list[Merge] = []
    for box, top, left, bottom, right in grid.cells:
        lines = _lines([glyph for glyph in inside if _holds(box, glyph)])
        words = ""
        for number, line in enumerate(lines):
            ends_early = number > 0 and lines[number - 1].x1 < box[2] - 2.2 * line.size
            starts_anew = OPENING.match(line.text) or (ends_early and len(lines) > 1)
            words = words + "\n" + line.text if number and starts_anew else _joined(words, line.text)
        rows[top][left] = words
        if bottom > top or right > left:
            merges.append((top, left, bottom, right))
    return rows, merges


def _holds(box: tuple[float, float, float, float], glyph: Glyph) -> bool:
    return box[0] <= (glyph.x0 + glyph.x1) / 2 <= box[2] and box[1] <= (glyph.y0 + glyph.y1) / 2 <= box[3]


def _ordered(page: Page) -> list[Line | Grid]:
    """A page's lines and tables as they are read: between tables and full-width lines, column by column."""
    free = [glyph for glyph in page.glyphs if not any(_holds(grid.box, glyph) for grid in page.grids)]
    lines = _lines(free)
    found: list[Line | Grid] = []
    above = float("-inf")
    for grid in sorted(page.grids, key=lambda one: one.box[1]):
        found += _columns([line for line in lines if above <= line.y0 < grid.box[1]], page.width)
        found.append(grid)
        above = grid.box[1]
    return found + _columns([line for line in lines if line.y0 >= above], page.width)


def _lines(glyphs: list[Glyph]) -> list[Line]:
    """Top to bottom; a wide gap parts the lines of two columns that stand side by side."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: (one.y0 + one.y1) / 2):
        middle = (glyph.y0 + glyph.y1) / 2
        last = rows[-1] if rows else None
        if last and abs(middle - sum(one.y0 + one.y1 for one in last[-8:]) / 2 / len(last[-8:])) < 0.4 * max(
            glyph.y1 - glyph.y0, last[-1].y1 - last[-1].y0
        ):
            last.append(glyph)
        else:
            rows.append([glyph])
    return [line for row in rows for line in _parted(sorted(row, key=lambda one: one.x0))]


def _parted(row: list[Glyph]) -> Iterable[Line]:
    size = median(glyph.y1 - glyph.y0 for glyph in row)
    part: list[Glyph] = []
    for glyph in row:
        if part and glyph.x0 - part[-1].x1 > WIDE_GAP * size:
            yield _line(part)
            part = []
        if part and glyph.char == part[-1].char and abs(glyph.x0 - part[-1].x0) < 0.2 * size:
            continue  # printed twice to look bold
        part.append(glyph)
    yield _line(part)


def _line(glyphs: list[Glyph]) -> Line:
    pieces: list[str] = []
    for number, glyph in enumerate(glyphs):
        before = glyphs[number - 1] if number else None
        if (
            before
            and (glyph.spaced or glyph.x0 - before.x1 > WORD_GAP * (glyph.y1 - glyph.y0))
            and LATIN.match(before.char)
            and LATIN.match(glyph.char)
        ):
            pieces.append(" ")
        pieces.append(glyph.char)
    return Line(
        "".join(pieces),
        glyphs[0].x0,
        min(glyph.y0 for glyph in glyphs),
        max(glyph.x1 for glyph in glyphs),
        max(glyph.y1 for glyph in glyphs),
    )


def _columns(lines: list[Line], width: float = 0) -> list[Line]:
    """The lines of a region in reading order, each with the borders of its column. Where the region is as wide as the
    page, the margins are taken to be alike, so that a list of short lines is not a full paragraph."""
    if not lines:
        return []
    gutter = _gutter(lines)
    if gutter is None:
        left = min(line.x0 for line in lines)
        right = max(width - left, max(line.x1 for line in lines))
        for line in lines:
            line.left, line.right = left, right
        return sorted(lines, key=lambda line: (round(line.y0), line.x0))
    found: list[Line] = []
    band: list[Line] = []
    whole = [line for line in lines if line.x0 < gutter < line.x1]
    for line in sorted(lines, key=lambda one: one.y0):
        if line in whole:
            found += _halves(band, gutter)
            band = []
            line.left, line.right = min(one.x0 for one in lines), max(one.x1 for one in lines)
            found.append(line)
        else:
            band.append(line)
    return found + _halves(band, gutter)


def _halves(lines: list[Line], gutter: float) -> list[Line]:
    return _columns([one for one in lines if one.x1 <= gutter]) + _columns([one for one in lines if one.x1 > gutter])


def _gutter(lines: list[Line]) -> float | None:
    """The middle of a strip between two columns of text; None when the lines stand in one column.

    Columns are dense: both sides hold several lines that fill most of their side's width.
    """
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    best: tuple[int, float] | None = None
    for at in sorted({round(line.x0 - 2) for line in lines if left + 0.2 * (right - left) < line.x0 < right}):
        before = [line for line in lines if line.x1 <= at]
        after = [line for line in lines if line.x0 >= at]
        if len(before) < LEAST_ROWS or len(after) < LEAST_ROWS:
            continue
        gap = max(line.x1 for line in before), min(line.x0 for line in after)
        beside = min(len(before), len(after))
        if len(lines) - len(before) - len(after) > beside or not (_is_dense(before) and _is_dense(after)):
            continue
        if best is None or beside > best[0]:
            best = beside, (gap[0] + gap[1]) / 2
    return best[1] if best else None


def _is_dense(lines: list[Line]) -> bool:
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    full = sum(line.x1 - line.x0 > 0.7 * width for line in lines)
    return full * 2 >= len(lines) and width > 8 * median(line.size for line in lines)


def _goes_on(before: Line, line: Line) -> bool:
    """Whether a line continues the paragraph of the one before it: that one is full, this one is not indented."""
    size = max(before.size, line.size)
    if abs(before.size - line.size) > 0.25 * size:
        return False
    is_full = before.right - before.x1 < 1.8 * size
    is_flush = line.x0 - line.left < 0.8 * size
    near = line.y0 - before.y1 < 1.5 * size
    return is_full and is_flush and near and before.x0 - before.left < 4 * size


def _joined(words: str, more: str) -> str:
    """A line break inside a paragraph: a space between Latin words, nothing in Chinese."""
    return words + (" " if words and LATIN.match(words[-1]) and LATIN.match(more) else "") + more


def _at_edge(line: Line, page: Page) -> bool:
    return line.y1 < EDGE * page.height or line.y0 > (1 - EDGE) * page.height


def _is_number(line: Line, page: Page) -> bool:
    return _at_edge(line, page) and PAGE_NUMBER.fullmatch(line.text) is not None


def _key(line: Line, page: Page) -> tuple[str, bool] | None:
    """What makes two edge lines the same: their words without the digits, and whether they are at the top."""
    if not _at_edge(line, page):
        return None
    return re.sub(r"\d+", "#", line.text), line.y0 < page.height / 2


def _repeated(pages: list[Page], read: list[list[Line | Grid]]) -> set[tuple[str, bool] | None]:
    """Running headers and footers: on three pages at least, or on both of two, and on a third of all pages; odd and
    even pages may have their own."""
    seen: Counter[tuple[str, bool] | None] = Counter()
    for page, blocks in zip(pages, read, strict=True):
        lines = [block for block in blocks if isinstance(block, Line)]
        outer = sorted(lines, key=lambda line: line.y0)
        outer = outer[:EDGE_LINES] + outer[-EDGE_LINES:]
        seen.update({key for line in outer if (key := _key(line, page)) is not None})
    least = 2 if len(pages) == 2 else max(3, len(pages) // 3)
    return {key for key, count in seen.items() if count >= least}
