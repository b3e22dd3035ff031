"""What cannot be read: one clear line each, in bounded time and memory."""

import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from pledges.extraction import reading
from pledges.extraction.formats import document, docx, guard, pdf, pdf_tables, zips
from pledges.extraction.formats.__main__ import answer
from tests.pledges.extraction.formats import making

MEGABYTE = 1024 * 1024
BODY = "word/document.xml"
ROOT = Path(__file__).resolve().parents[4]


def some_word() -> bytes:
    return making.word(lambda made: made.add_paragraph("新修公路十公里。"))


def some_pdf(**more: Any) -> bytes:
    return making.pdf(lambda canvas: making.lines(canvas, ["新修公路十公里。"]), **more)


def scanned() -> bytes:
    def page(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Image.new("L", (40, 40), 90)), 0, 0, 595, 842)

    return making.pdf(page)


def bomb_in(part: str, size: int = 80 * MEGABYTE) -> bytes:
    return making.with_part(some_word(), part, lambda old: old + b" " * size)


def entities() -> bytes:
    declared = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "泡"}">' for n in range(9))
    return making.with_part(
        some_word(),
        BODY,
        lambda old: f"<!DOCTYPE d [{declared}]>".encode() + old.partition(b"?>")[2].replace(b"<w:t>", b"<w:t>&e8;", 1),
    )


def reaching_out(secret: Path) -> bytes:
    return making.with_part(
        some_word(),
        BODY,
        lambda old: (
            f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
            + old.partition(b"?>")[2].replace(b"<w:t>", b"<w:t>&x;", 1)
        ),
    )


def far_cell() -> bytes:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write("A1", "任务")
        sheet.write(1_048_575, 16_383, "远处")

    return making.workbook(fill)


def swollen_pdf() -> bytes:
    """A page whose content unfolds to 300 MB."""
    packer = zlib.compressobj(9)
    content = b"".join([*(packer.compress(b"q Q " * (MEGABYTE // 4)) for _part in range(300)), packer.flush()])
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(content), content),
    ]
    return (
        b"%PDF-1.5\n"
        + b"".join(b"%d 0 obj%s endobj\n" % (n, one) for n, one in enumerate(objects, 1))
        + (b"trailer<</Root 1 0 R/Size 5>>\n%%EOF")
    )


BAD: list[tuple[str, Callable[[], bytes], str]] = [
    ("an encrypted pdf", lambda: some_pdf(encrypt=StandardEncryption("ab", "cd")), "encrypted"),
    ("a truncated pdf", lambda: some_pdf()[:300], "broken"),
    ("a pdf in name alone", lambda: b"%PDF-1.7 ...", "broken"),
    ("a scanned pdf", scanned, "no_text"),
    ("a pdf without anything", lambda: making.pdf(lambda canvas: None), "no_text"),
    ("a zip renamed docx", lambda: making.zipped(**{"notes.txt": "修路".encode()}), "not_docx"),
    ("another office file", lambda: making.zipped(**{"[Content_Types].xml": b"<Types/>", "ppt/p.xml": b""}), "format"),
    ("half a docx", lambda: some_word()[:2000], "broken"),
    ("the first bytes of a zip", lambda: b"PK\x03\x04....", "broken"),
    ("a docx of broken xml", lambda: making.with_part(some_word(), BODY, lambda old: old[:400]), "broken"),
    ("an empty docx", lambda: making.word(lambda made: None), "empty"),
    ("a zip bomb", lambda: bomb_in(BODY), "bomb"),
    ("a zip bomb beside the text", lambda: bomb_in("word/header9.xml"), "bomb"),
    ("an entity bomb", entities, "bomb"),
    ("a zip of ten thousand members", lambda: making.zipped(**{f"m{n}": b"" for n in range(10_000)}), "bomb"),
    ("a workbook with a cell at the end of the world", far_cell, "too_heavy"),
    ("a broken workbook", lambda: making.zipped(**{"xl/workbook.xml": b"<workbook"}), "broken"),
    ("an encrypted office file", lambda: b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ("an old doc", lambda: b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), "format"),
    ("a broken xls", lambda: b"\xd0\xcf\x11\xe0....", "broken"),
    ("a picture", lambda: b"\x89PNG....", "format"),
    ("NULs", lambda: b"\x00" * 5000, "binary"),
    ("text with NULs", lambda: "新修公路十公里".encode() + b"\x00", "binary"),
    ("only emoji", lambda: "🚧🌳🚰".encode() * 9, "no_chinese"),
    ("html without text", lambda: b"<!DOCTYPE html><html></html>", "empty"),
    ("blank csv", lambda: b",,,\n,,,\n", "no_chinese"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "code"), [pytest.param(make, code, id=name) for name, make, code in BAD])
def test_bad_input_is_refused_with_one_clear_line(make: Callable[[], bytes], code: str) -> None:
    with pytest.raises(reading.UnreadableDocument) as refused:
        reading.read_document(make())
    assert refused.value.code == code
    assert reading.HAN.search(refused.value.message)
    assert "\n" not in refused.value.message
    assert len(refused.value.message) < 60


# In a small process of its own: a child's peak counts the size of the process it was forked from.
UNFOLD = """
import resource, sys
from pledges.extraction import reading
from pledges.extraction.formats import guard
guard.MEMORY = int(sys.argv[1])
try:
    reading.read_document(sys.stdin.buffer.read())
except reading.UnreadableDocument as refusal:
    print(refusal.code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def test_what_unfolds_endlessly_is_stopped_by_its_memory() -> None:
    limit = 200 * MEGABYTE
    command = [sys.executable, "-c", UNFOLD, str(limit)]
    done = subprocess.run(command, input=swollen_pdf(), capture_output=True, check=True, cwd=ROOT)
    code, peak = done.stdout.decode().split()
    assert code in ("too_heavy", "no_text", "broken")
    assert int(peak) <= limit


def test_200_megabytes_are_refused_without_being_decoded(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as out:
        out.truncate(200 * MEGABYTE)
    data = bytes(200 * MEGABYTE)
    tracemalloc.start()
    try:
        for attempt in (lambda: reading.read_file(path), lambda: reading.read_document(data)):
            with pytest.raises(reading.UnreadableDocument) as refused:
                attempt()
            assert refused.value.code == "too_large"
        assert tracemalloc.get_traced_memory()[1] < MEGABYTE
    finally:
        tracemalloc.stop()


def test_too_much_text_is_refused() -> None:
    with pytest.raises(reading.UnreadableDocument) as refused:
        reading.read_document("路".encode("gb18030") * 5_000_001)
    assert refused.value.code == "too_long"


def test_a_document_of_endless_paragraphs_is_stopped_while_it_is_composed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "LONGEST_TEXT", 100)
    with pytest.raises(reading.UnreadableDocument) as refused:
        docx.read(making.word(lambda made: [made.add_paragraph("修路架桥植树清淤。") for _n in range(20)]))
    assert refused.value.code == "too_long"


def test_a_bomb_is_noticed_before_it_is_unfolded() -> None:
    data = bomb_in("word/document.xml", 500 * MEGABYTE)
    assert len(data) < MEGABYTE
    tracemalloc.start()
    try:
        with pytest.raises(reading.UnreadableDocument):
            docx.read(data)
        assert tracemalloc.get_traced_memory()[1] < 20 * MEGABYTE
    finally:
        tracemalloc.stop()


def test_a_bomb_that_lies_about_its_size_unfolds_no_further_than_it_says() -> None:
    data = bytearray(making.zipped(**{"word/document.xml": b" " * (80 * MEGABYTE)}))
    real, said = (80 * MEGABYTE).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    lying = bytes(data).replace(real, said)
    with pytest.raises(reading.UnreadableDocument) as refused:
        zips.Package(lying).read(BODY)
    assert refused.value.code in ("broken", "bomb")


def test_pictures_do_not_count_since_they_are_not_unfolded() -> None:
    data = making.with_part(some_word(), "word/media/image1.bmp", lambda old: bytes(90 * MEGABYTE))
    assert reading.read_document(data).text == "新修公路十公里。\n"


def test_a_document_cannot_read_files_of_this_machine(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("不该看见", encoding="utf-8")
    with pytest.raises(reading.UnreadableDocument):
        docx.read(reaching_out(secret))


def test_a_pdf_that_takes_too_long_is_given_up_between_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(range(0, 1000, 15))
    monkeypatch.setattr(pdf.time, "monotonic", lambda: next(moments))
    pages = [lambda canvas: making.lines(canvas, ["新修公路十公里。"])] * 4
    with pytest.raises(reading.UnreadableDocument) as refused:
        pdf.read(making.pdf(*pages))
    assert refused.value.code == "too_heavy"


def test_a_pdf_of_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_PAGES", 2)
    with pytest.raises(reading.UnreadableDocument) as refused:
        pdf.read(making.pdf(*[lambda canvas: making.lines(canvas, ["新修公路。"])] * 3))
    assert refused.value.code == "too_long"


def test_a_pdf_whose_tables_cannot_be_taken_apart_is_read_in_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(table: Any, page: Any) -> None:
        raise ValueError

    monkeypatch.setattr(pdf_tables, "_grid", fails)
    data = making.pdf(lambda canvas: making.table(canvas, making.DIVISION[:2], (30, 120, 80, 120, 80, 60), top=100))
    found = pdf.read(data)
    assert found.tables == ()
    assert "新建滨河步道12公里" in found.text


def test_a_reader_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "SECONDS", 0.01)
    with pytest.raises(reading.UnreadableDocument) as refused:
        guard.read("docx", some_word())
    assert refused.value.code == "too_heavy"


def test_what_a_library_did_not_foresee_is_a_broken_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(data: bytes) -> None:
        raise KeyError("文件里的话")

    monkeypatch.setattr(docx, "read", fails)
    refusal = answer("docx", b"")
    assert refusal["code"] == "broken"
    assert "文件里的话" not in refusal["message"]
