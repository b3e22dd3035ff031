"""XLSX and XLS: each visible sheet as a table, blank rows and columns around it left out."""

import datetime
import html
import re
from io import BytesIO
from typing import Any

from pledges.extraction.formats import xml
from pledges.extraction.formats.document import MOST_CELLS, Composer, Merge, Reading, UnreadableDocument, too_long
from pledges.extraction.formats.zips import Package, broken

HEADER = re.compile(rb"<(?:odd|even|first)(?:Header|Footer)>(.*?)</", re.DOTALL)
CODES = re.compile(r'&(?:"[^"]*"|[LCRPNDTFAZGBUIESXYHO]|\d+|K[0-9A-F]{6})')
DRAWN = re.compile(r"xl/drawings/drawing\d+\.xml")
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
READ_PARTS = re.compile(r"(?:\[Content_Types\]\.xml|.*\.rels|xl/[^/]+\.(?:xml|bin)|xl/worksheets/[^/]+\.(?:xml|bin))")
TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"


def read(data: bytes) -> Reading:
    """A workbook. UnreadableDocument for a broken, an encrypted or a swollen one."""
    import python_calamine

    is_zip = data.startswith(b"PK")
    package = Package(data) if is_zip else None
    plain = package.plain([name for name in package.names if READ_PARTS.fullmatch(name)]) if package else data
    composer, beside = Composer(), _beside(package) if package else []
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(plain))
        for sheet in book.sheets_metadata:
            if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            found = book.get_sheet_by_name(sheet.name)
            if found.total_height * found.total_width > 50 * MOST_CELLS:
                raise too_long()
            grid = [[_shown(value) for value in row] for row in found.to_python(skip_empty_area=False)]
            if sheet.visible != python_calamine.SheetVisibleEnum.Visible:
                beside += ["\t".join(row) for row in grid]
                continue
            _sheet(composer, grid, found.merged_cell_ranges or [], sheet.name)
    except python_calamine.PasswordError as error:
        raise UnreadableDocument("encrypted", "文件有密码,请去掉密码后再上传。") from error
    except python_calamine.CalamineError as error:
        raise broken() from error
    return composer.reading("xlsx" if is_zip else "xls", "\n".join(beside))


def _sheet(composer: Composer, grid: list[list[str]], merged: list[Any], title: str) -> None:
    """One sheet; rows above the table that hold one cell alone are its titles and become lines."""
    rows = [at for at, row in enumerate(grid) if any(row)]
    columns = [at for at in range(max(map(len, grid), default=0)) if any(at < len(row) and row[at] for row in grid)]
    while len(rows) > 1 and len(columns) > 1 and sum(map(bool, grid[rows[0]])) == 1:
        composer.line(next(filter(None, grid[rows.pop(0)])))
    places = tuple({at: number for number, at in enumerate(kept)} for kept in (rows, columns))
    merges = [(top, left, bottom, right) for (top, left), (bottom, right) in merged]
    composer.table(
        [[grid[row][column] if column < len(grid[row]) else "" for column in columns] for row in rows],
        [one for merge in merges if (one := _moved(merge, *places))],
        title,
    )


def _moved(merge: Merge, rows: dict[int, int], columns: dict[int, int]) -> Merge | None:
    """A merge in the numbering of the rows and columns that are kept; None when its first cell is not."""
    top, left, bottom, right = merge
    if top not in rows or left not in columns:
        return None
    last_row = max(new for old, new in rows.items() if old <= bottom)
    return rows[top], columns[left], last_row, max(new for old, new in columns.items() if old <= right)


def _shown(value: Any) -> str:
    """A value as the sheet shows it, near enough: whole numbers without a point, days as 2024-06-30."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    return str(value).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "").strip()


def _beside(package: Package) -> list[str]:
    """Headers and footers of the sheets, and the words of text boxes."""
    found: list[str] = []
    for name in package.names:
        if SHEET.fullmatch(name):
            for match in HEADER.finditer(package.read(name)):
                found.append(CODES.sub("\n", html.unescape(match[1].decode("utf-8", "replace"))))
        elif DRAWN.fullmatch(name):
            found += [node.text or "" for node in xml.parse(package.read(name)).iter(TEXT)]
    return found
