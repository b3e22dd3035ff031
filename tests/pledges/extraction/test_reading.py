"""Bytes → text, and why some are refused."""

from pathlib import Path

import pytest

from pledges.extraction import reading

SAMPLE = "各位代表:今年我们要新建公园三个,推进老旧小区改造。\r\n加快项目建设。\n"
TRADITIONAL = "各位代表:今年我們要推進經濟發展,加快項目建設。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_usual_encodings_are_read(encoding: str) -> None:
    assert reading.read(SAMPLE.encode(encoding)).lstrip("\ufeff") == SAMPLE.replace("\r\n", "\n")


def test_big5_is_told_from_gb18030() -> None:
    assert reading.read(TRADITIONAL.encode("big5")) == TRADITIONAL


def test_a_mark_at_the_start_is_kept_as_a_character() -> None:
    assert reading.read(SAMPLE.encode("utf-8-sig")).startswith("\ufeff各位")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (" \n\u3000\n".encode(), "empty"),
        (b"{\\rtf1 ...", "format"),
        (b"plain english only", "no_chinese"),
        (bytes(range(256)) * 4, "binary"),
        (b"\x81\x20\xff\xfe\xff" * 9, "not_text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_code_and_a_chinese_message(data: bytes, code: str) -> None:
    with pytest.raises(reading.UnreadableDocument) as refused:
        reading.read(data)
    assert refused.value.code == code
    assert reading.HAN.search(refused.value.message)


def test_a_file_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LIMIT", 10)
    path = tmp_path / "large.txt"
    path.write_text(SAMPLE, encoding="utf-8")
    with pytest.raises(reading.UnreadableDocument) as refused:
        reading.read_file(path)
    assert refused.value.code == "too_large"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(reading.UnreadableDocument) as refused:
        reading.read_file(tmp_path / "none.txt")
    assert refused.value.code == "no_file"
