"""CSV: text whose lines are records, whatever character parts the columns."""

import csv
from io import StringIO

from pledges.extraction.formats.document import MOST_CELLS, Composer, Reading, too_long
from pledges.extraction.formats.zips import broken

DELIMITERS = ",\t;|"
MOST_SNIFFED = 50


def delimiter_of(text: str) -> str:
    """The character that parts the columns of a CSV text: two columns or more, and nearly every record as long as the
    first. "" when it is no such text."""
    head = text[:100_000]
    for delimiter in DELIMITERS:
        first = head.lstrip("\ufeff\n").partition("\n")[0]
        if first.count(delimiter) < 1 or not any("\u4e00" <= char <= "\u9fff" for char in first):
            continue
        rows = _records(head, delimiter)[:MOST_SNIFFED]
        rows = [row for row in rows if any(row)]
        if len(rows) < 2:
            continue
        same = sum(len(row) == len(rows[0]) for row in rows)
        if len(rows[0]) >= 2 and same * 10 >= len(rows) * 9 and all(len(cell) <= 30 for cell in rows[0]):
            return delimiter
    return ""


def read(text: str, delimiter: str) -> Reading:
    """A CSV text, its first line included."""
    composer = Composer()
    composer.table([row for row in _records(text.removeprefix("\ufeff"), delimiter) if any(row)])
    return composer.reading("csv")


def _records(text: str, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(1_000_000)
    rows: list[list[str]] = []
    cells = 0
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            cells += len(row)
            if cells > MOST_CELLS:
                raise too_long()
            rows.append([cell.strip() for cell in row])
    except csv.Error as error:
        raise broken() from error
    return rows
