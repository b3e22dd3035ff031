"""Bytes → text: which encoding a Chinese document is in, and why one cannot be read."""

import re
from pathlib import Path

LIMIT = 20 * 1024 * 1024
HAN = re.compile("[\u4e00-\u9fff]")

# What a file begins with when it is not plain text.
SIGNATURES = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "DOCX、XLSX 或压缩包"),
    (b"\xd0\xcf\x11\xe0", "DOC 或 XLS"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"\x1f\x8b", "压缩包"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
)
MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|\?xml)", re.IGNORECASE)

# The commonest characters of official prose: a wrong decoding shows few of them.
COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定"
    "行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些"
    "然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公"
    "无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将"
    "组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处府市省县工城乡村镇保安项目建设推进加快"
    "國會個們為這時來發經對動產過進實現業機還開關點體與區務農學義報縣鄉鎮設項"
)


class UnreadableDocument(Exception):
    """A document that no measures can be read from. `code` is stable; the message is for people, in Chinese."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def read_file(path: str | Path) -> str:
    """The text of a file; UnreadableDocument when there is none to be had."""
    file = Path(path)
    try:
        size = file.stat().st_size
        if size > LIMIT:
            raise UnreadableDocument("too_large", "文件超过 20 MB,请拆分后再上传。")
        return read(file.read_bytes())
    except OSError as error:
        raise UnreadableDocument("no_file", f"文件无法打开:{error.strerror or error}。") from error


def read(data: bytes) -> str:
    """Bytes as text with "\\n" newlines, a leading BOM kept as a character (offsets count it); else UnreadableDocument.

    The dispatch on the kind of file stands here: plain text is read, every other format is named and refused until its
    reader exists.
    """
    if len(data) > LIMIT:
        raise UnreadableDocument("too_large", "文件超过 20 MB,请拆分后再上传。")
    if not data.strip():
        raise UnreadableDocument("empty", "文件是空的。")
    kind = kind_of(data)
    if kind != "text":
        raise UnreadableDocument("format", f"暂不支持 {kind} 格式,请另存为纯文本(TXT)后再上传。")
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip("\ufeff \t\n\u3000"):
        raise UnreadableDocument("empty", "文件里没有文字。")
    if not HAN.search(text):
        raise UnreadableDocument("no_chinese", "文件里没有中文。")
    return text


def kind_of(data: bytes) -> str:
    """ "text", or the Chinese name of the format that the first bytes give away."""
    for signature, name in SIGNATURES:
        if data.startswith(signature):
            return name
    return "HTML 或 XML" if MARKUP.match(data[:1024]) else "text"


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
