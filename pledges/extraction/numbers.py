"""Quantities in clean text: value, range, unit, comparator and what kind of figure it is.

`find(text, start, end)` reads one clause. What is no target (a name, a date, a class's threshold, a background figure)
is left out here; whether the clause is an undertaking at all is decided elsewhere.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from pledges.extraction import lexicon, number_signs, numerals


@dataclass(frozen=True)
class Quantity:
    """A number with its unit at text[start:end]; value in base units, value_max only for a range."""

    start: int
    end: int
    value: Decimal
    value_max: Decimal | None
    unit: str
    comparator: str
    measure: str


@dataclass
class _Found:
    start: int
    end: int
    value: Decimal
    value_max: Decimal | None
    unit: str
    own: str  # the comparator the number itself carries, "" when none
    after: str  # the marker that follows, "" when none
    before: str  # the marker that precedes, "" when none


def find(text: str, start: int, end: int) -> list[Quantity]:
    """The targets stated in text[start:end], in order. Linear in the clause's length."""
    quoted = [(match.start(), match.end()) for match in number_signs.QUOTES.finditer(text, start, end)]
    found: list[_Found] = []
    at = start
    while at < end:
        match = number_signs.NUMBER.search(text, at, end)
        if match is None:
            break
        if any(low <= match.start() < high for low, high in quoted):
            at = match.start() + 1
            continue
        one = _read(text, start, end, match)
        if one is None:
            at = max(_skip(match), match.start() + 1)
            continue
        found.append(one)
        at = one.end
    found += _halves(text, start, end, found)
    found += _rounds(text, start, end, found)
    found.sort(key=lambda one: one.start)
    _spread(text, found)
    quantities: list[Quantity] = []
    for one in found:
        measure = _measure(text, start, one, quantities[-1] if quantities else None)
        quantities.append(Quantity(one.start, one.end, one.value, one.value_max, one.unit, _comparator(one), measure))
    return quantities


def vague(text: str, start: int, end: int) -> bool:
    """Whether the clause counts without a number: 一批, 数十个, 若干."""
    return number_signs.VAGUE_COUNT.search(text, start, end) is not None


def _skip(match: re.Match[str]) -> int:
    return match.end("low")


def _read(text: str, start: int, end: int, match: re.Match[str]) -> _Found | None:
    low, unit = match["low"], match["unit"]
    arabic = bool(low) and low[0].isascii()
    first = match.start()
    before = text[max(start, first - number_signs.WINDOW) : first]
    if (
        arabic
        and number_signs.AGE_OR_DATE.match(text, match.end("low"))
        and not _is_duration_target(text, start, match)
    ):
        return None
    if text[match.end("low") : match.end("low") + 1] in "年月" and not match["low_times"]:
        return None
    value = numerals.value_of(low) if low else Decimal(1)
    if value is None:
        return None
    low_times, high_times = match["low_times"], match["high_times"] or ""
    times = low_times or (high_times if match["high"] else "")
    value *= numerals.MULTIPLIERS[times]
    value_max = None
    if match["high"]:
        high = numerals.value_of(match["high"])
        if high is None:
            return None
        value_max = high * numerals.MULTIPLIERS[high_times or low_times]
        if value_max <= value:
            return None
    more = bool(match["low_more"] or match["more"] or (match["after_more"] == "余"))
    unit_end = match.end("unit")
    if unit == "百分点":
        unit = "个百分点"
    after = text[unit_end : min(end, unit_end + number_signs.WINDOW)]
    if not _counts(text, start, end, match, arabic, before, after):
        return None
    own = "range" if value_max is not None else "ge" if more else ""
    marker_after = (
        "ge"
        if number_signs.GE_AFTER.match(after)
        else "le"
        if number_signs.LE_AFTER.match(after)
        else "approx"
        if number_signs.APPROX_AFTER.match(after)
        else ""
    )
    near = before[-14:].rstrip()
    marker_before = (
        "le"
        if number_signs.LE_BEFORE.search(near)
        else "ge"
        if number_signs.GE_BEFORE.search(near)
        else "approx"
        if number_signs.APPROX_BEFORE.search(near)
        else "ge"
        if number_signs.GE_FAR.search(before[-24:])
        else ""
    )
    if near.endswith("控制在") and marker_after == "approx":
        marker_before = ""
    return _Found(first, unit_end, value, value_max, unit, own, marker_after, marker_before)


def _is_duration_target(text: str, start: int, match: re.Match[str]) -> bool:
    """Days and years count where they are a level to reach: 优良天数达到310天, 压缩至5个工作日."""
    return match["unit"] in lexicon.words("units_time") and _duration(text, start, match)


def _duration(text: str, start: int, match: re.Match[str]) -> bool:
    if match["unit"] in ("年", "日", "月"):
        return False
    if match["unit"] == "岁":
        return "寿命" in text[max(start, match.start() - 12) : match.start()]
    before = text[max(start, match.start() - 12) : match.start()].rstrip()
    return bool(
        re.search(
            "(?:至|到|达|达到|控制在|不超过|不少于|不低于|超过|压缩|缩短|减少|延长至?|天数|时限|时间|"
            "时长)[^，。；]{0,4}$",
            before,
        )
        and not re.search("持续|连续|奋战|攻坚|未来|经过|延长$", before)
    )


def _counts(text: str, start: int, end: int, match: re.Match[str], arabic: bool, before: str, after: str) -> bool:
    """Whether the number counts something to be done, rather than names, dates or delimits."""
    unit, low = match["unit"], match["low"]
    plain = not match["low_times"] and not match["high"]
    if number_signs.FROM_BEFORE.search(before[-6:]) and number_signs.FROM_AFTER.match(after):
        return False
    if unit == "番":
        return before.endswith("翻")
    if unit in ("%", "‰", "个百分点", "百分点", "倍"):
        return not _threshold(text, match, after)
    if unit in lexicon.words("units_time") and unit not in ("学时", "课时"):
        return _duration(text, start, match) and not re.match("制|服务圈|行动|攻坚", after)
    if number_signs.NAME_AFTER.match(after) or (
        number_signs.ORDINAL_BEFORE.search(before[-4:])
        and not number_signs.GE_BEFORE.search(before[-8:])
        and not number_signs.LE_BEFORE.search(before[-8:])
    ):
        return False
    if number_signs.SOFT_BEFORE.search(before[-48:]) or number_signs.EXISTING_BEFORE.search(before[-18:]):
        return False
    if unit in number_signs.CAPACITY and number_signs.CAPACITY_NAME.match(after):
        return False
    if _threshold(text, match, after) or (after.startswith("的") and number_signs.SIZE_BEFORE.search(before[-8:])):
        return False
    if unit == "元" and number_signs.MONEY_NAME.match(after):
        return False
    if unit in ("人", "个", "条", "项", "家", "名") and number_signs.STRUCTURE.match(after):
        return False
    if unit == "个" and number_signs.ASPECT.match(after):
        return False
    if (
        unit == "条"
        and re.match("[^，。；、]{0,8}(?:产业链|主线|路径|措施)", after)
        and not number_signs.QUANTITY_VERB.search(before[-8:])
    ):
        return False
    if unit in number_signs.COUNT_AFTER_DIGITS_ONLY and plain:
        return False
    if unit in ("村", "镇", "县", "乡", "园", "校", "店", "站", "院", "厂", "国") and plain and not arabic:
        return False
    if unit in ("米", "公里") and after.startswith(("范围", "半径")):
        return False
    if unit == "次" and re.match("会议|性", after):
        return False
    if arabic or not plain or (len(low) > 1 and (match["low_more"] or match["more"])):
        return True
    return _chinese_counts(low, before, after, unit)


def _chinese_counts(low: str, before: str, after: str, unit: str) -> bool:
    """一所, 两个, 十家: a count only where a comparator, "每" or a verb of delivery says so; else a turn of phrase."""
    if re.search("至少[^，。；、]{0,6}$", before[-10:]):
        return True
    if unit == "期" and not re.search("(?:举办|开展|开办|培训|组织|发行)$", before[-4:]):
        return False  # the second phase of a thing
    if unit in ("年", "月", "日", "类", "种", "方面", "级", "起", "体", "次", "面", "方", "线", "路", "点", "道", "批"):
        return False
    if re.match("(?:整套|揽子|系列|批)", after) or number_signs.ASPECT.match(after):
        return False
    if number_signs.GE_BEFORE.search(before[-10:]) or number_signs.GE_AFTER.match(after):
        return True
    if (
        any(char in low for char in "百千万亿")
        and low[-1] in "百千"
        and len(low) == 1
        and not number_signs.QUANTITY_VERB.search(before[-8:])
    ):
        return False
    if not number_signs.QUANTITY_VERB.search(before[-8:]):
        return (
            low != "一"
            and (not after or after[0] in "，。；、和")
            and any(lexicon.match("quantity_verbs", before, at) for at in range(min(4, len(before))))
        )
    if low == "一" and not number_signs.DISTRIBUTIVE.search(before[-30:]):
        return unit in ("所", "座", "家", "处", "场", "届") or (
            unit in ("个", "条") and re.search("(?:新建|建成|建设|谋划建设)$", before[-4:]) is not None
        )
    return True


def _threshold(text: str, match: re.Match[str], after: str) -> bool:
    """ "5万元以下的薄弱村", "55人以上大班额": the number delimits a class."""
    return match["unit"] in lexicon.words("units_threshold") and number_signs.THRESHOLD_AFTER.match(after) is not None


def _halves(text: str, start: int, end: int, found: list[_Found]) -> list[_Found]:
    """压减一半以上 is 50 %, unless the same clause restates it by finer figures."""
    halves: list[_Found] = []
    for match in number_signs.HALF.finditer(text, start, end):
        if any(one.start >= match.end() for one in found):
            continue
        before, after = text[start : match.start()], text[match.end() : end]
        if not re.search(
            "(?:压减|减少|压缩|缩短|降低|下降|精简|减|达到|超过|不少于|不低于|占)[^，。；]{0,4}$", before[-10:]
        ):
            continue
        marker = (
            "ge"
            if number_signs.GE_AFTER.match(after) or number_signs.GE_BEFORE.search(before[-8:])
            else "approx"
            if number_signs.APPROX_AFTER.match(after)
            else ""
        )
        halves.append(_Found(match.start(), match.end(), Decimal(50), None, "%", "", marker, ""))
    return halves


def _rounds(text: str, start: int, end: int, found: list[_Found]) -> list[_Found]:
    """突破千亿元, 收入过万: a bare multiplier after a verb of passing it."""
    taken = [(one.start, one.end) for one in found]
    rounds: list[_Found] = []
    for match in number_signs.BARE_ROUND.finditer(text, start, end):
        if any(low <= match.start() < high for low, high in taken):
            continue
        value = numerals.chinese(match["low"])
        before = text[max(start, match.start() - 16) : match.start()]
        unit = match["unit"] or ("元" if re.search("收入|产值|税收|总量|总值|投资|营收|规模|总额", before) else "")
        if value is None or not unit or value < 100:
            continue
        rounds.append(_Found(match.start(), match.end(), value, None, unit, "ge", "", ""))
    return rounds


def _spread(text: str, found: list[_Found]) -> None:
    """A marker that closes or opens a list governs every number of it: 分别达50%、80%以上."""
    for left, right in zip(reversed(found[:-1]), reversed(found[1:]), strict=True):
        between = text[left.end : right.start]
        if (
            right.after
            and not left.after
            and not left.own
            and not left.before
            and between in ("、", "和", "，", "与", "及", "以及")
        ):
            left.after = right.after
    for left, right in pairwise(found):
        if (
            left.before
            and not (right.before or right.after or right.own)
            and text[left.end : right.start] in ("、", "和", "与", "及")
        ):
            right.before = left.before


def _comparator(one: _Found) -> str:
    if one.own == "range":
        return "range"
    if one.after == "approx" and one.before != "ge":
        return "approx"
    return one.after or one.own or one.before or "eq"


def _measure(text: str, start: int, one: _Found, last: Quantity | None) -> str:
    """What the words since the clause's last figure say; a figure joined to it is of its kind."""
    floor = max(start, one.start - 60, last.end if last else start)
    near = re.split("[，。；]", text[floor : one.start])[-1]
    if last and len(near) <= 1 and last.unit == one.unit:
        return last.measure
    rate = one.unit in ("%", "‰", "个百分点", "倍", "番")
    verbs = [
        (match.start(), kind)
        for kind, pattern in (("growth", number_signs.GROWTH), ("reduction", number_signs.REDUCTION))
        for match in pattern.finditer(near)
    ]
    tail = near[-14:].rstrip()
    to_level = re.search("(?:至|到|降为|增至|升至|达|达到|稳定在|保持在)(?:约|近)?$", tail) is not None
    if not verbs:
        return "share" if rate else "amount"
    kind = max(verbs)[1]
    if not rate:
        if (
            kind == "reduction"
            and not to_level
            and re.search(
                "(?:下降|减少|降低|压减|压缩|缩减|削减|缩短|精简|再减)(?:了|约|不少于|至少)?[^，。；、至到]{0,8}$", near
            )
        ):
            return "reduction"
        return "amount"
    if re.search("(?:增速|增长率|增幅|涨幅|增长|消费价格|CPI|物价|降幅)[^，。；]{0,14}$", near) and kind in (
        "growth",
        "reduction",
    ):
        return kind
    if (
        to_level
        and one.unit == "%"
        and re.search("(?:提高|提升|上升|增加|下降|降低|压缩|减少|降)[^，。；]{0,8}(?:至|到|为)$", tail)
    ):
        return "share"
    if re.search(
        "(?:率|比重|比例|占比|覆盖面)(?:分别|均)?(?:达到?|超过?|为|保持在?|稳定在|控制在|不低于|"
        "在)?[^，。；提增下降]{0,6}$",
        near,
    ):
        return "share"
    return kind
