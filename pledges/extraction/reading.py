"""Bytes → text: what kind of file it is, which encoding its Chinese is in, and why one cannot be read."""

import re
from pathlib import Path

from pledges.extraction.formats import guard, zips
from pledges.extraction.formats.document import LIMIT, LONGEST_TEXT, Reading, UnreadableDocument, too_long

__all__ = ["LIMIT", "Reading", "UnreadableDocument", "decode", "read", "read_document", "read_file"]

HAN = re.compile("[\u4e00-\u9fff]")

# What a file begins with when it is not plain text.
SIGNATURES = (
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"II*\x00", "图片"),
    (b"\x1f\x8b", "压缩包"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
)
MARKUP = re.compile(
    r"\ufeff?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|div|table|p|meta)\b",
    re.IGNORECASE | re.DOTALL,
)

# The commonest characters of official prose: a wrong decoding shows few of them.
COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定"
    "行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些"
    "然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公"
    "无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将"
    "组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处府市省县工城乡村镇保安项目建设推进加快"
    "國會個們為這時來發經對動產過進實現業機還開關點體與區務農學義報縣鄉鎮設項"
)


def read_file(path: str | Path) -> str:
    """The text of a file; UnreadableDocument when there is none to be had."""
    return read_document_file(path).text


def read_document_file(path: str | Path) -> Reading:
    """A file's text and tables; UnreadableDocument when there is no text to be had."""
    file = Path(path)
    try:
        size = file.stat().st_size
        if size > LIMIT:
            raise _too_large()
        return read_document(file.read_bytes(), file.name)
    except OSError as error:
        raise UnreadableDocument("no_file", f"文件无法打开:{error.strerror or error}。") from error


def read(data: bytes) -> str:
    """The text alone. That of a text file is the decoded file, newlines as "\\n", a leading BOM kept as a character."""
    return read_document(data).text


def read_document(data: bytes, filename: str = "") -> Reading:
    """A document's text and tables, whatever its format; else UnreadableDocument.

    The content says what the file is, not its name; the name only tells a CSV from prose with commas.
    """
    if len(data) > LIMIT:
        raise _too_large()
    if not data.strip():
        raise UnreadableDocument("empty", "文件是空的。")
    kind = kind_of(data)
    found = guard.read(kind, data) if kind in ("docx", "pdf", "html", "xlsx", "xls") else _text(data, filename)
    if not found.text.strip("\ufeff \t\n\u3000"):
        raise UnreadableDocument("empty", "文件里没有文字。")
    if not HAN.search(found.text):
        raise UnreadableDocument("no_chinese", "文件里没有中文。")
    return found


def _too_large() -> UnreadableDocument:
    return UnreadableDocument("too_large", "文件超过 20 MB,请拆分后再上传。")


def _text(data: bytes, filename: str) -> Reading:
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST_TEXT:
        raise too_long()
    if filename.lower().endswith((".csv", ".tsv")):
        from pledges.extraction.formats import delimited

        delimiter = delimited.delimiter_of(text)
        if delimiter:
            return delimited.read(text, delimiter)
    return Reading(text, (), "text")


def kind_of(data: bytes) -> str:
    """docx, pdf, html, xlsx, xls or text, by the content; UnreadableDocument for a file that is none of them."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _kind_of_compound(data)
    for signature, name in SIGNATURES:
        if data.startswith(signature):
            raise UnreadableDocument("format", f"不支持{name}格式,请另存为 DOCX、PDF 或纯文本(TXT)后再上传。")
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    start = data[:8192].decode("utf-16" if wide else "latin-1", "replace").removeprefix("ï»¿")
    return "html" if MARKUP.match(start) else "text"


def _kind_of_zip(data: bytes) -> str:
    kind = zips.kind_of(data)
    if kind in ("docx", "xlsx"):
        return kind
    if kind:
        raise UnreadableDocument("format", "不支持这种办公文件,请另存为 DOCX、XLSX、PDF 或纯文本(TXT)后再上传。")
    raise UnreadableDocument("not_docx", "文件是压缩包,不是办公文件,请解压后上传其中的文件。")


def _kind_of_compound(data: bytes) -> str:
    """The old formats of office programs, and the envelope of encrypted new ones, tell themselves by their streams."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableDocument("encrypted", "文件有密码,请去掉密码后再上传。")
    if "WordDocument".encode("utf-16-le") in data:
        raise UnreadableDocument("format", "不支持旧版 DOC 格式,请另存为 DOCX 后再上传。")
    return "xls"


def decode(data: bytes) -> str:
    """Strict decoding in the first encoding whose text is plausible Chinese; UnreadableDocument when none is."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _strict(data, "utf-16-le" if data.startswith(b"\xff\xfe") else "utf-16-be")
        if text is None:
            raise UnreadableDocument("not_text", "文件不是有效的文本。")
        return text
    if b"\x00" in data:
        return _without_bom(data)
    text = _strict(data, "utf-8")
    if text is not None:
        return _clean_of_controls(text)
    found = [
        (plausibility(text), text)
        for encoding in ("gb18030", "big5hkscs", "big5")
        if (text := _strict(data, encoding)) is not None
    ]
    best = max(found, default=(0.0, ""), key=lambda pair: pair[0])
    if best[0] < 0.15:
        raise UnreadableDocument("not_text", "文件不是可识别的中文文本(支持 UTF-8、GB18030、Big5、UTF-16)。")
    return _clean_of_controls(best[1])


def plausibility(text: str) -> float:
    """The share of its non-ASCII characters that official Chinese uses all the time; 0 when there are none."""
    sample = [char for char in text[:200_000] if ord(char) > 127 and char not in "\u3000"]
    return sum(char in COMMON or char in "，。、：；“”（）《》" for char in sample) / len(sample) if sample else 0.0


def _without_bom(data: bytes) -> str:
    """UTF-16 without its mark: NULs are half of the ASCII characters, and the Han count tells the byte order."""
    found = [
        (plausibility(text), text)
        for encoding in ("utf-16-le", "utf-16-be")
        if (text := _strict(data, encoding)) is not None
    ]
    best = max(found, default=(0.0, ""), key=lambda pair: pair[0])
    if best[0] < 0.15 or "\x00" in best[1]:
        raise UnreadableDocument("binary", "文件含有二进制内容,不是文本。")
    return best[1]


def _clean_of_controls(text: str) -> str:
    controls = sum(
        text.count(chr(code)) for code in range(1, 32) if code not in (9, 10, 11, 12, 13, 26, 27, 28, 29, 30, 31)
    )
    if controls > len(text) // 100:
        raise UnreadableDocument("binary", "文件含有二进制内容,不是文本。")
    return text


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
