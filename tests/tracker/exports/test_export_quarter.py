"""manage.py export_quarter: the same ledger as a file, whole or not at all."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from tests.factories import Government, ProgrammeFactory, government, pledge_in
from tracker.exports import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(set_today: Callable[[str], Any]) -> Government:
    set_today("2020-08-01")
    made = government()
    pledge_in("in_progress", made, reported=True)
    return made


def export(out: Path, programme: object = 2020, period: str = "2020-Q2", form: str = "json") -> None:
    call_command("export_quarter", str(programme), period, "--format", form, "--out", str(out))


def refusal(*args: Any, **kwargs: Any) -> str:
    with pytest.raises(CommandError) as refused:
        export(*args, **kwargs)
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_each_format_is_written(city: Government, tmp_path: Path) -> None:
    for form in ("xlsx", "csv", "json"):
        export(tmp_path / f"ledger.{form}", form=form)
    sheet = openpyxl.load_workbook(io.BytesIO((tmp_path / "ledger.xlsx").read_bytes())).active
    assert sheet is not None
    assert sheet["A4"].value == "2020-001"
    assert (tmp_path / "ledger.csv").read_text("utf-8-sig").startswith("序号,来源章节,")
    assert json.loads((tmp_path / "ledger.json").read_text("utf-8"))["as_of"] == "2020-08-01"
    assert len(list(tmp_path.iterdir())) == 3  # nothing temporary is left


def test_a_programme_is_named_by_its_year_or_its_id(city: Government, tmp_path: Path) -> None:
    export(tmp_path / "a.json")
    export(tmp_path / "b.json", programme=city.programme.pk)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_a_year_of_two_governments_asks_for_the_id(city: Government, tmp_path: Path) -> None:
    other = ProgrammeFactory(year=2020)
    said = refusal(tmp_path / "a.json")
    assert "2020 年度有 2 个台账" in said
    assert str(other.pk) in said


def test_what_does_not_exist_is_said_in_one_line(city: Government, tmp_path: Path) -> None:
    assert refusal(tmp_path / "a", programme=1999) == "没有“1999”这个台账;现有年度:2020。"
    assert refusal(tmp_path / "a", programme="x") == "没有“x”这个台账,请填写计划年度或台账 id。"
    assert refusal(tmp_path / "a", period="2020-Q5").endswith("现有:2020-Q1、2020-Q2、2020-Q3、2020-Q4。")
    assert refusal(tmp_path / "missing" / "a").startswith("无法写入")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_the_old_file_as_it_was(
    city: Government, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "ledger.json"
    out.write_text("old")

    def full(self: Path, content: bytes) -> int:
        with self.open("wb") as half:
            half.write(content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert "No space left" in refusal(out)
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_formats_that_are_not_built_yet_are_not_offered(city: Government, tmp_path: Path) -> None:
    assert list(ledger.WRITERS) == ["xlsx", "csv", "json"]
    with pytest.raises(CommandError):
        export(tmp_path / "a", form="docx")


def test_the_shell_gets_one_line_and_status_two(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "manage.py", "export_quarter", "x", "2020-Q2", "--format", "csv", "--out", tmp_path / "a"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr.strip().splitlines() == ["CommandError: 没有“x”这个台账,请填写计划年度或台账 id。"]
