"""Documents of every format, made for the tests."""

import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import docx
import xlsxwriter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
FONT, SIZE = "STSong-Light", 12
WIDTH, HEIGHT = 595, 842
DIVISION = (
    ("序号", "工作任务", "牵头单位", "配合单位", "完成时限", "责任领导"),
    ("1", "新建滨河步道12公里", "市城管局", "市水利局、东湖区政府", "2024年9月底", "周明"),
    ("2", "改造泵站5座", "市水利局", "", "年底前", "何青"),
)


def word(fill: Callable[[Any], None]) -> bytes:
    """A DOCX that `fill` writes into, given python-docx's document."""
    document = docx.Document()
    fill(document)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def with_part(office_file: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The office file with one part changed, or added."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(office_file)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member, old.read(member.filename))
        new.writestr(name, change(old.read(name) if name in old.namelist() else b""))
    return out.getvalue()


def zipped(**members: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return out.getvalue()


def workbook(fill: Callable[[Any], None]) -> bytes:
    """An XLSX that `fill` writes into, given XlsxWriter's workbook."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    fill(book)
    book.close()
    return out.getvalue()


def pdf(*pages: Callable[[Canvas], None], **more: Any) -> bytes:
    """A PDF, one function a page that draws on reportlab's canvas."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), **more)
    for draw in pages:
        canvas.setFont(FONT, SIZE)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def wrapped(words: str, width: int, *, indent: int = 2) -> list[str]:
    """A paragraph as lines of so many characters, the first indented."""
    words = "\u3000" * indent + words
    return [words[at : at + width] for at in range(0, len(words), width)]


def lines(canvas: Canvas, words: Sequence[str], *, x: float = 72, top: float = 120, leading: float = 20) -> None:
    """Lines from `top` points below the page's upper edge."""
    for number, line in enumerate(words):
        canvas.drawString(x, HEIGHT - top - number * leading, line)


def table(
    canvas: Canvas, rows: Sequence[Sequence[str]], widths: Sequence[float], *, top: float, high: float = 28
) -> None:
    """A ruled table; "\\n" in a cell begins a new line."""
    across = [72 + sum(widths[:at]) for at in range(len(widths) + 1)]
    down = [HEIGHT - top - at * high for at in range(len(rows) + 1)]
    canvas.grid(across, down)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            for number, line in enumerate(cell.split("\n")):
                canvas.drawString(across[column] + 3, down[row] - 12 - 13 * number, line)
