"""DOCX: the body's paragraphs and tables in their order, numbers that Word only shows written out.

Tracked deletions are skipped, insertions read; text boxes follow the paragraph they hang on; headers, footers, notes
and comments go beside the text.
"""

import re
from collections.abc import Iterator

from lxml import etree

from pledges.extraction.formats import docx_numbers, xml
from pledges.extraction.formats.document import Composer, Merge, Reading
from pledges.extraction.formats.zips import Package, broken

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
SKIPPED = {W + "del", W + "moveFrom", FALLBACK, W + "rPr", W + "pPr", W + "instrText", W + "txbxContent"}
BESIDE = re.compile(r"word/(?:header|footer|footnotes|endnotes|comments)\d*\.xml")


def read(data: bytes) -> Reading:
    """UnreadableDocument for a broken or a swollen file."""
    package = Package(data)
    body = _part(package, "word/document.xml").find(W + "body")
    if body is None:
        raise broken()
    numbers = docx_numbers.Numbers(
        *(_part(package, name) if name in package.names else None for name in ("word/numbering.xml", "word/styles.xml"))
    )
    composer = Composer()
    _blocks(body, composer, numbers)
    return composer.reading("docx", "\n".join(_beside(package)))


def _part(package: Package, name: str) -> etree._Element:
    """A part's root. Files saved as "strict" differ in the namespace alone."""
    return xml.parse(package.read(name).replace(STRICT.encode(), W[1:-1].encode()))


def _beside(package: Package) -> Iterator[str]:
    for name in sorted(package.names):
        if BESIDE.fullmatch(name):
            for paragraph in _part(package, name).iter(W + "p"):
                yield _words(paragraph)


def _blocks(parent: etree._Element, composer: Composer, numbers: "docx_numbers.Numbers") -> None:
    for block in _children(parent):
        if block.tag == W + "p":
            composer.line(numbers.next(block) + _words(block))
            for box in _boxes(block):
                _blocks(box, composer, numbers)
        elif block.tag == W + "tbl":
            composer.table(*_table(block, numbers))


def _children(parent: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs, tables, rows or cells, also those inside content controls and tracked insertions."""
    waiting = list(reversed(parent))
    while waiting:
        child = waiting.pop()
        if child.tag in (W + "sdt", W + "sdtContent", W + "ins", W + "moveTo", W + "customXml", W + "smartTag"):
            waiting.extend(reversed(child))
        elif isinstance(child.tag, str):
            yield child


def _words(paragraph: etree._Element) -> str:
    pieces: list[str] = []
    waiting = list(reversed(paragraph))
    while waiting:
        node = waiting.pop()
        if node.tag in SKIPPED or not isinstance(node.tag, str):
            continue
        if node.tag == W + "t":
            pieces.append(node.text or "")
        elif node.tag in (W + "br", W + "cr"):
            pieces.append("\n")
        elif node.tag == W + "tab":
            pieces.append("\t")
        elif node.tag == W + "noBreakHyphen":
            pieces.append("-")
        elif node.tag == W + "r" and node.find(f"{W}rPr/{W}vanish") is not None:
            continue
        else:
            waiting.extend(reversed(node))
    return "".join(pieces)


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    for box in paragraph.iter(W + "txbxContent"):
        inside = [up.tag for up in box.iterancestors()]
        if FALLBACK not in inside and W + "txbxContent" not in inside[: inside.index(W + "p") + 1]:
            yield box


def _table(table: etree._Element, numbers: "docx_numbers.Numbers") -> tuple[list[list[str]], list[Merge]]:
    grid: list[list[str]] = []
    merges: list[Merge] = []
    open_merges: dict[int, tuple[int, int]] = {}  # column → (first row, last column) of a cell that may go on below
    for row in _children(table):
        if row.tag != W + "tr" or row.find(f"{W}trPr/{W}del") is not None:
            continue
        line = [""] * _number(row.find(f"{W}trPr/{W}gridBefore"), 0)
        going_on: dict[int, tuple[int, int]] = {}
        for cell in _children(row):
            if cell.tag != W + "tc":
                continue
            at, width = len(line), _number(cell.find(f"{W}tcPr/{W}gridSpan"), 1)
            line += [_cell(cell, numbers)] + [""] * (width - 1)
            down = cell.find(f"{W}tcPr/{W}vMerge")
            if down is not None and down.get(W + "val", "continue") == "continue" and at in open_merges:
                going_on[at] = open_merges[at]
            else:
                merges += _closed({at: open_merges.pop(at)}, len(grid)) if at in open_merges else []
                going_on[at] = (len(grid), at + width - 1)
        merges += _closed({at: one for at, one in open_merges.items() if at not in going_on}, len(grid))
        open_merges = going_on
        grid.append(line)
    return grid, merges + _closed(open_merges, len(grid))


def _closed(ended: dict[int, tuple[int, int]], below: int) -> list[Merge]:
    """The merges that end above the row `below`, without those of a single place."""
    return [(top, at, below - 1, last) for at, (top, last) in ended.items() if below - 1 > top or last > at]


def _number(node: etree._Element | None, default: int) -> int:
    value = node.get(W + "val", "") if node is not None else ""
    return min(max(int(value), default), 200) if value.isdecimal() and len(value) < 6 else default


def _cell(cell: etree._Element, numbers: "docx_numbers.Numbers") -> str:
    """A cell's paragraphs as lines; a table inside it as lines of its own."""
    return "\n".join(
        words
        for paragraph in cell.iter(W + "p")
        if not any(up.tag in SKIPPED for up in paragraph.iterancestors())
        and (words := (numbers.next(paragraph) + _words(paragraph)).strip())
    )
