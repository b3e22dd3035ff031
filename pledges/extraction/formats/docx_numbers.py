"""The numbers that Word shows before a paragraph but keeps apart from its text: 一、 (二) 3. and their like."""

import re

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HAN = "零一二三四五六七八九"
CHINESE = re.compile("chinese|ideograph|japaneseCounting|taiwanese", re.IGNORECASE)
PLACE = re.compile("%([1-9])")


class Numbers:
    """Counts the lists of one document while its paragraphs pass in order."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        if numbering is None:
            return
        abstract = {one.get(W + "abstractNumId", ""): _levels(one) for one in numbering.iterchildren(W + "abstractNum")}
        for one in numbering.iterchildren(W + "num"):
            kind = one.find(W + "abstractNumId")
            self._levels[one.get(W + "numId", "")] = abstract.get(_value(kind), {})
        for style in styles.iterchildren(W + "style") if styles is not None else ():
            listed = _listed(style.find(f"{W}pPr/{W}numPr"))
            if listed:
                self._styles[style.get(W + "styleId", "")] = listed

    def next(self, paragraph: etree._Element) -> str:
        """The number that this paragraph shows, "" when it has none or a bullet."""
        properties = paragraph.find(W + "pPr")
        if properties is None or not self._levels:
            return ""
        own = properties.find(W + "numPr")
        listed = _listed(own) or self._styles.get(_value(properties.find(W + "pStyle")))
        if own is not None and _value(own.find(W + "numId")) == "0":  # the style's number, taken off
            return ""
        if listed is None or not any(node.text for node in paragraph.iter(W + "t")):
            return ""
        number, level = listed
        levels = self._levels.get(number, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(number, {})
        counts[level] = counts.get(level, levels[level][2] - 1) + 1
        for below in [one for one in counts if one > level]:
            del counts[below]
        form, pattern, _start = levels[level]
        if form in ("bullet", "none"):
            return ""
        return PLACE.sub(lambda place: self._written(levels, counts, int(place[1]) - 1), pattern)

    def _written(self, levels: dict[int, tuple[str, str, int]], counts: dict[int, int], level: int) -> str:
        form, _pattern, start = levels.get(level, ("decimal", "", 1))
        count = counts.get(level, start)
        if form == "decimalEnclosedCircleChinese" or form == "decimalEnclosedCircle":
            return chr(0x2460 + count - 1) if 1 <= count <= 20 else str(count)
        return chinese(count) if CHINESE.search(form) else str(count)


def chinese(number: int) -> str:
    """1 to 99 in Chinese, what is larger in digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return (HAN[tens] if tens > 1 else "") + ("十" if tens else "") + (HAN[ones] if ones else "")


def _levels(abstract: etree._Element) -> dict[int, tuple[str, str, int]]:
    """level → (format, pattern, first number)."""
    found: dict[int, tuple[str, str, int]] = {}
    for level in abstract.iterchildren(W + "lvl"):
        start = _value(level.find(W + "start"))
        found[_small(level.get(W + "ilvl", ""))] = (
            _value(level.find(W + "numFmt")) or "decimal",
            _value(level.find(W + "lvlText")),
            _small(start) if start else 1,
        )
    return found


def _listed(properties: etree._Element | None) -> tuple[str, int] | None:
    number = _value(properties.find(W + "numId")) if properties is not None else ""
    return (number, _small(_value(properties.find(W + "ilvl")))) if properties is not None and number else None


def _value(node: etree._Element | None) -> str:
    return node.get(W + "val", "") if node is not None else ""


def _small(digits: str) -> int:
    return int(digits) if digits.isdecimal() and len(digits) < 5 else 0
