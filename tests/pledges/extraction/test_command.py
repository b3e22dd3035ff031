"""manage.py extract: rows on standard output, a refusal on standard error."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.pledges.extraction.formats import making

TEXT = "2024年十件民生实事\n1.新建公园3个。\n2.年内改造老旧小区2.5万户。\n"


def run(path: Path, *options: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command("extract", str(path), *options, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_rows_are_json_objects_with_the_keys_of_the_gold_format(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode("gb18030"))
    rows = run(path, "--text", str(tmp_path / "out.txt"))
    text = (tmp_path / "out.txt").read_text(encoding="utf-8")
    assert text == TEXT
    assert {row["kind"] for row in rows} == {"zone", "pledge", "target"}
    [first, second] = [row for row in rows if row["kind"] == "target"]
    assert (first["quote"], first["value"], first["unit"], first["cmp"], first["measure"]) == (
        "3个",
        3,
        "个",
        "eq",
        "amount",
    )
    assert (second["value"], second["deadline"]) == (25_000, "2024-12-31")
    assert all(text[row["start"] : row["end"]] == row["quote"] for row in rows if row["kind"] != "zone")


def test_the_plan_year_can_be_given(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(TEXT, encoding="utf-8")
    assert [row["deadline"] for row in run(path, "--plan-year", "2030") if row["kind"] == "target"] == [
        None,
        "2030-12-31",
    ]


def test_without_a_year_the_clocks_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.txt"
    path.write_text("民生实事\n1.年内新建公园3个。\n", encoding="utf-8")
    monkeypatch.setattr("config.clock.today", lambda: date(2027, 3, 1))
    assert [row["deadline"] for row in run(path) if row["kind"] == "target"] == ["2027-12-31"]


def refused(path: Path) -> str:
    errors = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("extract", str(path), stderr=errors)
    assert ended.value.code == 2
    [line] = errors.getvalue().strip().splitlines()
    return line


def test_every_format_is_read_and_a_division_table_gives_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "table.docx"
    path.write_bytes(making.word(with_division))
    rows = run(path, "--plan-year", "2024", "--text", str(tmp_path / "out.txt"))
    text = (tmp_path / "out.txt").read_text(encoding="utf-8")
    pledges = [row for row in rows if row["kind"] == "pledge"]
    assert [(row["quote"], row["lead"], row["deadline"]) for row in pledges] == [
        ("新建滨河步道12公里", ["市城管局"], "2024-09-30"),
        ("改造泵站5座", ["市水利局"], "2024-12-31"),
    ]
    assert all(text[row["start"] : row["end"]] == row["quote"] for row in rows if row["kind"] != "zone")


def with_division(document: Any) -> None:
    document.add_paragraph("二〇二四年任务分解")
    table = document.add_table(len(making.DIVISION), len(making.DIVISION[0]))
    for row, cells in enumerate(making.DIVISION):
        for column, words in enumerate(cells):
            table.cell(row, column).text = words


def test_a_kind_that_is_given_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("\n".join(",".join(row) for row in making.DIVISION), encoding="utf-8")
    assert any(row["kind"] == "pledge" and row["quote"] == "改造泵站5座" for row in run(path))
    assert not any(row["kind"] == "pledge" and row["lead"] == ["市城管局"] for row in run(path, "--kind", "report"))


def test_a_document_that_bears_a_classification_mark_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(f"机密★5年\n{TEXT}", encoding="utf-8")
    assert "机密★5年" in refused(path)


def test_what_cannot_be_read_ends_with_status_2_and_one_line(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"%PDF-1.7")
    assert refused(path)
