"""The ledger as an Excel workbook, laid out to be printed on A4 landscape."""

import datetime
import io
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from tracker.exports.rows import COLUMNS, Ledger, Row

A4 = 9
LONGEST = 32_767  # characters that a cell can hold
WIDTHS = {
    "number": 9,
    "section": 12,
    "quote": 24,
    "title": 22,
    "goal": 15,
    "leader": 8,
    "lead_unit": 12,
    "support_units": 12,
    "person": 8,
    "due_date": 11,
    "by_quarter": 30,
    "sentence": 26,
    "value": 15,
    "progress": 8,
    "light": 10,
    "problem": 18,
    "next_step": 18,
    "remarks": 14,
}
HEADER_ROW = 2


def write(ledger: Ledger) -> bytes:
    """Every text is written as text, so that a title such as "=cmd" is never a formula nor a link."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    book.set_properties({"title": ledger.title, "created": datetime.datetime.combine(ledger.as_of, datetime.time())})
    sheet = book.add_worksheet(ledger.period.key)
    _set_up(sheet, list(COLUMNS))
    last = len(COLUMNS) - 1
    font = {"font_name": "宋体", "font_size": 9, "valign": "top", "text_wrap": True, "border": 1}
    sheet.merge_range(0, 0, 0, last, "", book.add_format({"font_size": 16, "bold": True, "align": "center"}))
    sheet.write_string(0, 0, ledger.title, book.add_format({"font_size": 16, "bold": True, "align": "center"}))
    sheet.write_string(1, 0, ledger.head_line, book.add_format({"font_name": "宋体", "font_size": 9}))
    header = book.add_format(font | {"bold": True, "align": "center", "valign": "vcenter", "bg_color": "#EFEFEF"})
    for column, title in enumerate(COLUMNS.values()):
        sheet.write_string(HEADER_ROW, column, str(title), header)
    formats = {
        "text": book.add_format(font | {"num_format": "@"}),
        "right": book.add_format(font | {"num_format": "@", "align": "right"}),
        "percent": book.add_format(font | {"num_format": "0.0%", "align": "right"}),
    }
    for index, row in enumerate(ledger.rows, start=HEADER_ROW + 1):
        _write_row(sheet, index, row, list(COLUMNS), formats)
    book.close()
    return out.getvalue()


def _set_up(sheet: Any, columns: list[str]) -> None:
    for column, key in enumerate(columns):
        sheet.set_column(column, column, WIDTHS[key])
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_footer("&C" + _("第 &P 页,共 &N 页"))


def _write_row(sheet: Any, index: int, row: Row, columns: list[str], formats: dict[str, Any]) -> None:
    for column, key in enumerate(columns):
        text = row.texts[key]
        if key == "progress" and row.progress_bp is not None:
            sheet.write_number(index, column, row.progress_bp / 10_000, formats["percent"])
        else:
            form = formats["right" if key in ("value", "progress") else "text"]
            sheet.write_string(index, column, text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…", form)
