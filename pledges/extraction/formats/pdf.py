"""PDF: glyphs on pages → lines in reading order → paragraphs; tables by their ruled lines.

pdfium gives the glyphs with their boxes; pdfplumber, which is slower, is asked for the tables of pages that have ruled
lines. Page numbers and what repeats at the edge of pages go beside the text.
"""

import ctypes
import time
from io import BytesIO
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from pledges.extraction.formats import pdf_lines, pdf_tables
from pledges.extraction.formats.document import LONGEST_TEXT, Composer, Reading, UnreadableDocument, too_long
from pledges.extraction.formats.pdf_lines import Glyph, Page

MOST_PAGES = 800
SECONDS = 20
PRIVATE = range(0xE000, 0xF900)  # glyphs of a font that does not say which characters they are
UNREADABLE_SHARE = 0.3
LEAST_STROKES = 10  # the smallest table has six lines of two points; a line under the header is no table


def read(data: bytes) -> Reading:
    """UnreadableDocument for an encrypted, a broken, a scanned or an endless file."""
    began = time.monotonic()
    pages: list[Page] = []
    count = pictures = 0
    tables = pdf_tables.Tables(BytesIO(data))
    document = _opened(data)
    try:
        if len(document) > MOST_PAGES:
            raise UnreadableDocument("too_long", f"PDF 超过 {MOST_PAGES} 页,请拆分后再上传。")
        for number in range(len(document)):
            if time.monotonic() - began > SECONDS:
                raise UnreadableDocument("too_heavy", "PDF 过于庞大,20 秒内读不完,请拆分后再上传。")
            page = document[number]
            glyphs, width, height = _glyphs(page)
            pictures += any(True for _one in page.get_objects([pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=2))
            is_ruled = _strokes(page) >= LEAST_STROKES
            count += len(glyphs)
            if count > LONGEST_TEXT:
                raise too_long()
            pages.append(Page(width, height, glyphs, tables.of(number) if is_ruled and glyphs else []))
            page.close()
    except pypdfium2.PdfiumError as error:
        raise _broken() from error
    finally:
        document.close()
        tables.close()
    _demand_text(pages, has_pictures=pictures > 0)
    composer = Composer()
    beside = pdf_lines.compose(pages, composer)
    return composer.reading("pdf", "\n".join(beside))


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            raise UnreadableDocument("encrypted", "文件有密码,请去掉密码后再上传。") from error
        raise _broken() from error


def _broken() -> UnreadableDocument:
    return UnreadableDocument("broken", "PDF 已损坏,无法打开,请重新导出后再上传。")


def _demand_text(pages: list[Page], *, has_pictures: bool) -> None:
    characters = "".join(glyph.char for page in pages for glyph in page.glyphs)
    unknown = sum(ord(char[0]) in PRIVATE or char in "\ufffd\ufffe\uffff" for char in characters)
    han = sum("\u4e00" <= char <= "\u9fff" for char in characters)
    if (not han and has_pictures) or not characters.strip():
        raise UnreadableDocument("no_text", "PDF 是扫描图片,没有文字,请先做文字识别(OCR)后再上传。")
    if unknown > UNREADABLE_SHARE * len(characters):
        raise UnreadableDocument("no_text", "PDF 的字体没有编码,取不出文字,请先做文字识别(OCR)后再上传。")


def _glyphs(page: Any) -> tuple[list[Glyph], float, float]:
    """The page's visible characters with their boxes, top left being (0, 0), and its size, as it is turned."""
    text = page.get_textpage()
    left0, bottom0, right0, top0 = page.get_mediabox()
    width, height = right0 - left0, top0 - bottom0
    turned = page.get_rotation() % 360
    left, right, bottom, top = (ctypes.c_double() for _side in range(4))
    box = pdfium.FS_RECTF()
    found: list[Glyph] = []
    high, spaced = 0, False
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        high = 0
        if code < 33 or code in (0xA0, 0x3000, 0xFEFF):
            spaced = True
            continue
        if pdfium.FPDFText_IsGenerated(text, index) == 1:
            continue
        if pdfium.FPDFText_GetLooseCharBox(text, index, box):
            sides = box.left, box.right, box.bottom, box.top
        elif pdfium.FPDFText_GetCharBox(text, index, left, right, bottom, top):
            sides = left.value, right.value, bottom.value, top.value
        else:
            continue
        x0, x1 = sides[0] - left0, sides[1] - left0
        y0, y1 = height - (sides[3] - bottom0), height - (sides[2] - bottom0)
        found.append(Glyph(chr(code), *_turn(turned, x0, y0, x1, y1, width, height), spaced))
        spaced = False
    text.close()
    return found, *((height, width) if turned in (90, 270) else (width, height))


def _strokes(page: Any) -> int:
    """How many points the drawn paths of a page have, counted up to what a table needs."""
    points = 0
    for path in page.get_objects([pdfium.FPDF_PAGEOBJ_PATH], max_depth=3):
        points += max(pdfium.FPDFPath_CountSegments(path), 0)
        if points >= LEAST_STROKES:
            break
    return points


def _turn(
    angle: int, x0: float, y0: float, x1: float, y1: float, width: float, height: float
) -> tuple[float, float, float, float]:
    """A box after the page has been turned clockwise by the angle."""
    if angle == 90:
        return height - y1, x0, height - y0, x1
    if angle == 180:
        return width - x1, height - y1, width - x0, height - y0
    if angle == 270:
        return y0, width - x1, y1, width - x0
    return x0, y0, x1, y1
