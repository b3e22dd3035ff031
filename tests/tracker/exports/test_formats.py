"""The files, read back: Excel with openpyxl, CSV and JSON with the standard library."""

import csv
import datetime
import io
import json
from typing import Any

import openpyxl
import pytest

from pledges.actors import SYSTEM
from pledges.models import Period, Pledge
from tests.factories import Government, actor, government, pledge_in
from tests.tracker.exports.test_ledger import COLUMNS
from tracker.exports import ledger

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2020, 8, 1)
DANGEROUS = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "=HYPERLINK(1)",
    "\t=1",
    "{=1}",
    "https://example.invalid/",
    "0755",
]


@pytest.fixture
def city() -> Government:
    return government()


def made(city: Government) -> ledger.Ledger:
    return ledger.of(city.programme, quarter(city), actor=SYSTEM, today=TODAY)


def quarter(city: Government) -> Period:
    return city.programme.periods.get(key="2020-Q2")


def sheet_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_the_workbook_holds_title_head_line_header_and_rows(city: Government) -> None:
    pledge_in("in_progress", city, reported=True)
    pledge_in("assigned", city)
    sheet = sheet_of(ledger.workbook(city.programme, quarter(city), actor(city.director), TODAY))
    assert sheet["A1"].value == made(city).title
    assert sheet["A2"].value == made(city).head_line
    assert [cell.value for cell in sheet[3]] == COLUMNS
    assert sheet.max_row == 5
    assert [sheet.cell(row, 1).value for row in (4, 5)] == ["2020-001", "2020-002"]
    first = made(city).rows[0].texts
    for cell, key in zip(sheet[4], ledger.COLUMNS, strict=True):
        if key != "progress":
            assert (cell.value or "") == first[key]


def test_the_completion_rate_is_a_number_at_the_right(city: Government) -> None:
    pledge_in("in_progress", city, reported=True)
    cell = sheet_of(ledger.WRITERS["xlsx"](made(city))).cell(4, COLUMNS.index("完成率") + 1)
    assert (cell.value, cell.number_format, cell.alignment.horizontal) == (0.338, "0.0%", "right")


def test_the_sheet_is_ready_to_be_printed(city: Government) -> None:
    pledge_in("assigned", city)
    sheet = sheet_of(ledger.WRITERS["xlsx"](made(city)))
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) in ((1, 0), (None, 0))
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.freeze_panes == "A4"
    assert sheet["D4"].alignment.wrap_text is True
    assert "A1:R1" in [str(merged) for merged in sheet.merged_cells.ranges]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_of_a_person_is_a_formula_a_link_or_a_number_in_excel(text: str, city: Government) -> None:
    pledge_in("assigned", city)
    Pledge.objects.update(title=text, person=text)
    sheet = sheet_of(ledger.WRITERS["xlsx"](made(city)))
    cell = sheet["D4"]
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)
    assert sheet["I4"].data_type == "s"


def test_a_text_longer_than_a_cell_is_cut_not_lost(city: Government) -> None:
    pledge_in("assigned", city)
    Pledge.objects.update(quote="长" * 40_000)
    assert len(sheet_of(ledger.WRITERS["xlsx"](made(city)))["C4"].value) == 32_767


def test_a_ledger_without_rows_is_still_a_workbook(city: Government) -> None:
    sheet = sheet_of(ledger.WRITERS["xlsx"](made(city)))
    assert sheet.max_row == 3


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\uff1d1", "\uff0b1"])
def test_no_text_of_a_person_is_a_formula_in_csv(text: str, city: Government) -> None:
    pledge_in("assigned", city)
    Pledge.objects.update(title=text)
    content = ledger.WRITERS["csv"](made(city))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0] == COLUMNS
    assert rows[1][3] == f"'{text}"


def test_csv_keeps_lines_and_quotes_within_a_cell(city: Government) -> None:
    pledge_in("assigned", city)
    Pledge.objects.update(title='建成"一环",\n两期')
    rows = list(csv.reader(io.StringIO(ledger.WRITERS["csv"](made(city)).decode("utf-8-sig"), newline="")))
    assert len(rows) == 2
    assert rows[1][3] == '建成"一环",\n两期'


def test_json_says_what_it_is_and_holds_the_same_rows(city: Government) -> None:
    pledge = pledge_in("in_progress", city, reported=True)
    body = json.loads(ledger.WRITERS["json"](made(city)))
    assert (body["period"], body["data_day"], body["as_of"]) == ("2020-Q2", "2020-06-30", "2020-08-01")
    assert body["programme"] == {"id": city.programme.pk, "year": 2020, "title": city.programme.title}
    assert [column["title"] for column in body["columns"]] == COLUMNS
    assert body["rows"][0] == {"pledge": pledge.pk, "progress_bp": 3380, **made(city).rows[0].texts}
