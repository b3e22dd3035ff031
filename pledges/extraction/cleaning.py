"""Damaged or traditional text → clean simplified text, with a way back from every clean character to the original.

Removed: glosses of pinyin that a converter left behind traditional characters, line breaks inside sentences, stray
spaces between Han characters, invisible characters. Changed one for one: full-width digits and letters, odd quotes,
ASCII punctuation between Chinese characters, traditional characters.
"""

import re
from array import array
from dataclasses import dataclass
from functools import cache

import opencc_pyo3

from pledges.extraction import repair

HAN = "\u3400-\u9fff\uf900-\ufaff〇"
TONED = "āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜ"
GLOSS = re.compile(rf"(?<=[{HAN}A-Za-z])[(（](?=[a-zü]*[{TONED}])[a-zü{TONED}]{{1,7}}[)）]")
BARE_GLOSS = re.compile(rf"(?<=[{HAN}])\([a-zü]{{1,6}}\)")
INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")
STRAY_SPACE = re.compile(rf"(?<=[{HAN}])[ \u00a0](?=[{HAN}\d])|(?<=[\d%])[ \u00a0](?=[{HAN}])")
# Digits set apart: "3 5 5", "1 200" (never "2019 134"), "8. 5%".
SPLIT_DIGITS = re.compile(
    r"(?<![\d.])(?:\d(?: \d)+|\d{1,3}(?: \d{3})+)(?![\d])|(?<=\d)[.．] \d{1,2}(?=[%％‰万亿])", re.ASCII
)
WIDE_THOUSANDS = re.compile("(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
LATIN_GAP = re.compile("(?<![A-Za-z0-9]) | (?![A-Za-z0-9])|(?<=[0-9]) (?=[0-9])|(?<=[A-Za-z]) (?=[0-9])")
BREAK = re.compile(r"[ \t\u3000\u00a0]*\n[\s\u3000]*")
DAMAGED = 12  # so many toned glosses, and the bare ones ("的(de)") are glosses too

TERMINAL = frozenset("。！？；：!?;:…”」』)）】》")
ITEM = re.compile(
    r"(?:[(（]?[一二三四五六七八九十百\d]{1,3}[)）、.．]|第[一二三四五六七八九十百\d]{1,3}[篇章节条、，,]|"
    r"[一二三四五六七八九十]{1,2}[是要]"
    r"|[①-⑳●○■□◆◇★☆▲△※—\-·•]|关键词|会议(?:认为|决定|要求|指出|强调|明确|议定|听取)|措施|目标|附件|附表|责任|"
    r"牵头|序号|篇)"
)

MARKS = {
    **{
        chr(code): chr(code - 0xFEE0)
        for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
    },
    "％": "%",
    "．": ".",
    "＋": "+",
    "－": "-",
    "﹣": "-",
    "−": "-",
    "～": "~",
    "〜": "~",
    "∼": "~",
    "／": "/",
    "﹪": "%",
    "「": "“",
    "」": "”",
    "『": "“",
    "』": "”",
    "〝": "“",
    "〞": "”",
    "＂": "“",
    "(": "（",
    ")": "）",
    ";": "；",
    "!": "！",
    "?": "？",
    "﹐": "，",
    "﹑": "、",
    "﹔": "；",
    "﹕": "：",
    "､": "、",
    "｡": "。",
    "\u00a0": " ",
    "\t": " ",
    "\r": " ",
}
TABLE = str.maketrans(MARKS)
LONE = re.compile("[\ud800-\udfff]")
COMMA = re.compile(r",(?!\d{3}(?!\d))|(?<!\d),")
COLON = re.compile(r":(?!\d)|(?<!\d):")


@dataclass(frozen=True)
class Cleaned:
    """Clean text; character i stands for original[starts[i]:ends[i]]."""

    text: str
    starts: "array[int]"
    ends: "array[int]"

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span behind text[start:end], which must not be empty."""
        return self.starts[start], self.ends[end - 1]


@cache
def _converter() -> opencc_pyo3.OpenCC:
    return opencc_pyo3.OpenCC("t2s")


def clean(original: str) -> Cleaned:
    """Never raises, whatever the text; linear in its length."""
    edits = _edits(original)
    pieces: list[str] = []
    starts, ends = array("q"), array("q")
    at = 0
    for start, end, replacement in [*edits, (len(original), len(original), "")]:
        pieces.append(original[at:start])
        starts.extend(range(at, start))
        ends.extend(range(at + 1, start + 1))
        if replacement:
            pieces.append(replacement)
            for offset in range(len(replacement)):
                first = min(start + offset, end - 1)
                starts.append(first)
                ends.append(first + 1)
            ends[-1] = end
        elif ends and start < end and original[start] in "(（":
            ends[-1] = end  # a gloss belongs to the character before it
        at = end
    return Cleaned(_same_length(_marks("".join(pieces))), starts, ends)


def title(text: str) -> str:
    """A span of clean text on one line: no space but between two words or numbers in Latin characters."""
    return LATIN_GAP.sub("", " ".join(text.split()))


def _edits(text: str) -> list[tuple[int, int, str]]:
    """Replacements in order, disjoint."""
    found = repair.repairs(text)
    glosses = [(match.start(), match.end(), "") for match in GLOSS.finditer(text)]
    found += glosses
    if len(glosses) >= DAMAGED:
        found += [(match.start(), match.end(), "") for match in BARE_GLOSS.finditer(text)]
    found += [(match.start(), match.end(), "") for match in INVISIBLE.finditer(text)]
    found += [(match.start(), match.end(), "") for match in STRAY_SPACE.finditer(text)]
    found += [(match.start(), match.end(), ",") for match in WIDE_THOUSANDS.finditer(text)]
    found += [
        (at, at + 1, "")
        for match in SPLIT_DIGITS.finditer(text)
        for at in range(match.start(), match.end())
        if text[at] == " "
    ]
    found += _breaks(text)
    found.sort()
    edits: list[tuple[int, int, str]] = []
    for edit in found:
        if not edits or edit[0] >= edits[-1][1]:
            edits.append(edit)
    return edits


def _breaks(text: str) -> list[tuple[int, int, str]]:
    """The line breaks that stand inside a sentence: the line before is long and unfinished, the next begins no item.

    In a text most of whose long lines do end a sentence, every unfinished long line was cut. In another (a list, verse,
    text set to a width) only the lines as long as the longest were.
    """
    breaks = list(BREAK.finditer(text))
    lengths: list[int] = []
    at = 0
    for match in breaks:
        lengths.append(match.start() - at)
        at = match.end()
    long = [(length, match) for length, match in zip(lengths, breaks, strict=True) if length >= 20]
    if not long:
        return []
    finished = sum(text[match.start() - 1] in TERMINAL for _, match in long)
    width = sorted(length for length, _ in long)[int(len(long) * 0.9)]
    least = 20 if finished * 2 >= len(long) else max(20, int(width * 0.85))
    found: list[tuple[int, int, str]] = []
    for length, match in long:
        before, after = text[match.start() - 1], text[match.end() : match.end() + 8]
        if length < least or before in TERMINAL or not after or ITEM.match(after):
            continue
        if not (_wordlike(after[0]) or after[0] in "“《(（"):
            continue
        if length < 60 and not any(mark in text[match.start() - length : match.start()] for mark in "，,、。；"):
            continue  # a long title
        found.append((match.start(), match.end(), ""))
    return found


def _wordlike(char: str) -> bool:
    return char.isalnum()


def _marks(text: str) -> str:
    """Punctuation and digits one for one; a comma or colon inside a number or a clock time stays."""
    text = LONE.sub("\ufffd", text.translate(TABLE))
    if "," in text:
        text = COMMA.sub("，", text)
    if ":" in text:
        text = COLON.sub("：", text)
    return text


def _same_length(text: str) -> str:
    """Traditional → simplified; where a conversion changes a line's length, that line is converted by characters."""
    converter = _converter()
    whole = str(converter.convert(text))
    if len(whole) == len(text):
        return whole
    lines: list[str] = []
    for line in text.split("\n"):
        simple = str(converter.convert(line))
        if len(simple) != len(line):
            simple = "".join(_single(char) for char in line)
        lines.append(simple)
    return "\n".join(lines)


@cache
def _single(char: str) -> str:
    simple = str(_converter().convert(char))
    return simple if len(simple) == 1 else char
