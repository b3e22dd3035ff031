"""Workbooks and CSV: sheets as tables."""

import datetime
from typing import Any

import pytest

from pledges.extraction import reading
from pledges.extraction.formats import sheets
from tests.pledges.extraction.formats import making
from tests.pledges.extraction.formats.making import DIVISION


def texts(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def test_a_sheet_is_a_table_with_its_title_above_it() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("任务")
        sheet.merge_range("B2:G2", "二〇二四年城建任务分解表")
        for row, cells in enumerate(DIVISION):
            sheet.write_row(3 + row, 1, cells)

    found = reading.read_document(making.workbook(fill), "分解.xlsx")
    [table] = found.tables
    assert table.title == "任务"
    assert texts(table) == [list(row) for row in DIVISION]
    assert found.text.startswith("二〇二四年城建任务分解表\n序号\t工作任务\t")
    assert all(found.text[cell.start : cell.end] == cell.text for row in table.rows for cell in row)


def test_merged_cells_are_filled() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["板块", "任务", "单位"])
        sheet.merge_range("A2:A3", "城建")
        sheet.write_row("B2", ["修路", "甲局"])
        sheet.write_row("B3", ["架桥", "乙局"])
        sheet.merge_range("A4:C4", "二、水利")
        sheet.write_row("A5", ["水利", "清淤", "丙局"])

    [table] = sheets.read(making.workbook(fill)).tables
    assert texts(table) == [
        ["板块", "任务", "单位"],
        ["城建", "修路", "甲局"],
        ["城建", "架桥", "乙局"],
        ["二、水利"] * 3,
        ["水利", "清淤", "丙局"],
    ]
    assert [cell.is_first for cell in table.rows[3]] == [True, False, False]


def test_numbers_and_days_are_written_as_people_write_them() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy/m/d"})
        sheet.write_row("A1", ["数", "比", "日", "否"])
        sheet.write("A2", 48.0)
        sheet.write("B2", 0.5)
        sheet.write_datetime("C2", datetime.date(2024, 6, 30), day)
        sheet.write_boolean("D2", True)

    [table] = sheets.read(making.workbook(fill)).tables
    assert texts(table)[1] == ["48", "0.5", "2024-06-30", "是"]


def test_hidden_sheets_headers_and_text_boxes_go_beside_the_text() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("明")
        sheet.write_row("A1", ["任务", "单位"])
        sheet.write_row("A2", ["修路", "甲局"])
        sheet.set_header("&L&12机密★5年&R页眉")
        sheet.insert_textbox("D1", "框里的话")
        hidden = book.add_worksheet("暗")
        hidden.write_row("A1", ["藏起来的话", "另一格"])
        hidden.hide()

    found = sheets.read(making.workbook(fill))
    assert len(found.tables) == 1
    for words in ("机密★5年", "页眉", "框里的话", "藏起来的话"):
        assert words in found.beside
        assert words not in found.text


def test_every_visible_sheet_is_read() -> None:
    def fill(book: Any) -> None:
        for name in ("甲", "乙"):
            sheet = book.add_worksheet(name)
            sheet.write_row("A1", ["任务", "单位"])
            sheet.write_row("A2", [f"{name}事", "局"])

    assert [table.title for table in sheets.read(making.workbook(fill)).tables] == ["甲", "乙"]


CSV = '序号,工作任务,牵头单位\n1,"修路,\n架桥",甲局\n2,清淤,乙局\n'


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16", "utf-8"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_read_in_any_usual_encoding(encoding: str, delimiter: str) -> None:
    text = "序号,工作任务,牵头单位\n1,修路架桥,甲局\n2,清淤,乙局\n".replace(",", delimiter)
    found = reading.read_document(text.encode(encoding), "分解.csv")
    assert found.format == "csv"
    assert texts(found.tables[0]) == [
        ["序号", "工作任务", "牵头单位"],
        ["1", "修路架桥", "甲局"],
        ["2", "清淤", "乙局"],
    ]


def test_quoted_cells_keep_commas_and_line_breaks() -> None:
    found = reading.read_document(CSV.encode("gb18030"), "分解.csv")
    assert found.tables[0].rows[1][1].text == "修路,\n架桥"
    assert found.text.count("修路,\n架桥") == 1


def test_prose_with_commas_is_text_whatever_its_name() -> None:
    prose = "今年,新建公园三座。\n明年,改造泵站,清淤,植树。\n以上事项务必按期完成。\n"
    assert reading.read_document(prose.encode(), "报告.csv").text == prose
    assert reading.read_document(CSV.encode(), "报告.txt").text == CSV
