"""Classification marks: what stands on a document that must not enter the product.

A mark is a level (绝密, 机密, 秘密, 内部) in one of the places where marks stand:

- with a star: 机密★10年, 秘密★, 内部☆长期, wherever it is; the star and the period may be damaged or wrapped
- on a line of its own or beside what else heads a document (份号, 特急): 绝密, "机密 20年"; 内部 only with a period
- in brackets at a line's beginning or end: 【机密】关于…, …的通知(秘密)
- after its label: 密级:机密

No mark: the words in prose (商业秘密, 国家秘密, 保守秘密, 机密文件管理, 工作秘密), a mark quoted inside a longer
sentence, a choice of levels (绝密□机密□), and "内部资料 注意保存", which printed bulletins carry without any period.
"""

import re
from dataclasses import dataclass

GAP = r"[ \t\u3000\xa0\u200b-\u200d\ufeff]{0,4}"
WRAP = r"[\s\u3000\xa0\u200b-\u200d\ufeff]{0,4}"
LEVEL = f"(?:[绝絕]{GAP}密|[机機]{GAP}密|[秘祕]{GAP}密)"
INNER = f"内{GAP}部(?:{GAP}(?:资{GAP}料|文{GAP}件|材{GAP}料|使{GAP}用|事{GAP}项))?|內{GAP}部"
STAR = "[★☆✩✪✫✬✭✮✯⭐✶✦]"
DAMAGED_STAR = "[*＊﹡∗※?？\ufffd■▲·•—-]"
COUNT = r"(?:[\d]{1,2}|[一二三四五六七八九十]{1,3})"
PERIOD = f"(?:{COUNT}{GAP}(?:年|个{GAP}月|月|天|日)(?:{GAP}{COUNT}{GAP}个?月)?|长{GAP}期|長{GAP}期|永{GAP}久)"

STARRED = re.compile(f"(?P<level>{LEVEL}|{INNER}){WRAP}{STAR}(?:{WRAP}{PERIOD})?")
DAMAGED = re.compile(f"(?P<level>{LEVEL}|{INNER}){GAP}{DAMAGED_STAR}{GAP}{PERIOD}")
ALONE = re.compile(
    f"(?:密{GAP}级{GAP}[：:]?)?{GAP}(?:(?P<level>{LEVEL})(?:级?{GAP}{PERIOD})?|(?P<inner>{INNER}){GAP}{PERIOD})"
)
LABELLED = re.compile(f"密{GAP}级{GAP}[：:]{GAP}(?P<level>{LEVEL})(?!{GAP}[、,，/／或□○☐])")
BRACKET = f"[【〔〖［\\[（(]{GAP}(?P<level>{LEVEL})(?:{GAP}{PERIOD})?{GAP}[】〕〗］\\]）)]"
AT_BEGINNING, AT_END = re.compile(f"{GAP}{BRACKET}"), re.compile(f"{BRACKET}{GAP}[。.]?{GAP}$")
BESIDE = re.compile(
    r"特急|加急|平急|特提|急件|紧急|(?:份号|编号|No|NO|№)?[.:： ]?\d{1,10}(?:号|份)?|保密期限[：:]?.{0,8}|"
    r"[—-]?第?\d{1,4}页?[—-]?|签发.{0,12}|登记号?.{0,12}"
)
INNER_SPACE = re.compile("(?<=[绝絕机機秘祕])[ \t\u3000\xa0\u200b-\u200d]{1,4}(?=密)")
QUOTES = "“\"「『《‘'"
MOST = 100
HEADER = 60  # characters; a line with a bracketed mark is a title, no sentence
MENTION = 30  # a quoted mark with so much around it is spoken about, not borne


@dataclass(frozen=True)
class Mark:
    """text[start:end] is the mark; `level` is 绝密, 机密, 秘密 or 内部."""

    start: int
    end: int
    quote: str
    level: str


def marks(text: str) -> list[Mark]:
    """The classification marks of a text, in order, none twice, the first hundred or so. Linear."""
    found: dict[int, Mark] = {}
    for pattern in (STARRED, DAMAGED):
        for match in pattern.finditer(text):
            if len(found) >= MOST:
                break
            if not _is_mention(text, match.start(), match.end()):
                _keep(found, text, match.start(), match.end(), match["level"])
    at = 0
    for line in text.split("\n"):
        if len(found) < MOST and ("密" in line or "部" in line):
            for start, end, level in _in_line(line):
                _keep(found, text, at + start, at + end, level)
        at += len(line) + 1
    return [found[start] for start in sorted(found)]


def _keep(found: dict[int, Mark], text: str, start: int, end: int, level: str) -> None:
    if not any(mark.start < end and start < mark.end for mark in found.values()):
        first = next(char for char in level if not char.isspace())
        plain = {"绝": "绝密", "絕": "绝密", "机": "机密", "機": "机密", "秘": "秘密", "祕": "秘密"}.get(first, "内部")
        found[start] = Mark(start, end, text[start:end], plain)


def _in_line(line: str) -> list[tuple[int, int, str]]:
    """The marks that their place in the line makes marks: (start, end, level)."""
    places = [(match.start(), match.end(), match["level"]) for match in LABELLED.finditer(line)]
    bare = line.strip()
    if len(bare) <= HEADER:
        offset = line.index(bare) if bare else 0
        for pattern in (AT_BEGINNING.match, AT_END.search):
            match = pattern(bare)
            if match:
                places.append((offset + match.start(), offset + match.end(), match["level"]))
    for cell in re.finditer(r"[^\t]+", line):
        places += [(cell.start() + start, cell.start() + end, level) for start, end, level in _alone(cell.group())]
    return places


def _alone(words: str) -> list[tuple[int, int, str]]:
    """A line or cell that is a mark, perhaps beside what else stands in a document's head."""
    if len(words.strip()) > HEADER:
        return []
    closed = INNER_SPACE.sub(lambda gap: "\u200b" * len(gap.group()), words)  # "机 密" is one word of the line
    parts = [(part.start(), part.end()) for part in re.finditer(r"[^ \t\u3000\xa0|｜]+", closed)]
    for first in range(len(parts)):
        for last in (first + 1, first):  # the period may stand apart from the level
            if last < len(parts):
                start, end = parts[first][0], parts[last][1]
                match = ALONE.fullmatch(words, start, end)
                if match and all(BESIDE.fullmatch(words, *one) for one in parts[:first] + parts[last + 1 :]):
                    return [(start, end, match["level"] or match["inner"])]
    return []


def _is_mention(text: str, start: int, end: int) -> bool:
    """Whether a mark stands in quotes inside a longer line: a sentence about marks."""
    opening = text[max(start - 1, 0) : start]
    before = text[max(start - MENTION, 0) : start].rpartition("\n")[2]
    after = text[end : end + MENTION].partition("\n")[0]
    return bool(opening) and opening in QUOTES and len(before) + len(after) >= MENTION
