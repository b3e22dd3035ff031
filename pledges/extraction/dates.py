"""Deadlines: the day by which a Chinese time phrase wants something done.

Conventions of the gold annotations: "6月底前" is the month's last day, "6月前" the last day of May, "9月15日前"
that day, 上旬 the 10th, 中旬 the 20th, 下旬 the last day; "年内" and "年底前" the plan year's last day, "到2025年"
that year's last day, "“十四五”期间" the last day of 2025; 今年 and 全年 state none.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from pledges.extraction import numerals

NUM = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
BEFORE = "(?:之前|以前|前)"
YEAR = r"(?:(?P<year>(?:19|20)\d\d|二[〇○零]\S\S(?=年))(?:年度?)|(?P<relative>今年|明年|后年|本年度?|当年))"
PERIOD = re.compile('[“"]?十(?P<plan>[一二三四五六])五[”"]?(?P<what>期间|末期?|时期末|规划期内|期末|收官)')
PHRASE = re.compile(
    rf"(?P<lead>到|至|于|在|截至|截止到?|力争到?|确保到?|争取到?|时限[是为]?|限期至?)?"
    rf"(?:{YEAR}的?)?"
    r"(?:"
    rf"(?P<month>{NUM})月份?(?:(?P<day>{NUM})[日号]|(?P<part>上旬|中下旬|上中旬|中旬|下旬|初|底|"
    rf"末))?(?P<month_before>{BEFORE})?"
    rf"|(?P<quarter>第?[一二三四1-4]个?季度|首季度?)(?P<quarter_end>末|底)?(?P<quarter_before>{BEFORE})?"
    rf"|(?P<half>上半年|下半年)(?P<half_before>{BEFORE})?"
    rf"|(?P<yearend>年底|年末|岁末|年终)(?P<yearend_before>{BEFORE})?|(?P<within>年内)"
    rf"|(?P<bare_end>底|末)(?P<bare_before>{BEFORE})?|(?P<plain_before>{BEFORE})|(?P<start>起|以来|以后)"
    r")?"
)
START = re.compile(
    r"(?:19|20)\d\d年|二[〇○零]\S\S年|今年|明年|后年|本年|当年|(?<![\d一二三四五六七八九十])"
    + NUM
    + r"(?:[-—~至到]\d{1,2})?月|第?[一二三四1-4]个?季度|首季|上半年|下半年|年底|年末|岁末|年终|年内|"
    r"十[一二三四五六]五|本月|下个?月|本季度|(?<![\d一二三四五六七八九十个本下])月底前|(?:\d{4})[-—~至](?:20\d\d)年"
    r"|秋季(?:开学|学期)|国庆节?前|春节前|五一前|七一前|元旦前|中秋节?前|汛期前|主汛期前"
)
THIS_MONTH = re.compile(
    "(?:(?P<quarter>本季度)|(?P<next>下个?月)|本月)(?:底|末|内|下旬)(?:之前|以前|前)?|(?P<bare>月底前)"
)
SPAN_OF_YEARS = re.compile(r"(?P<first>(?:19|20)\d\d)年?(?:-|—|–|~|至|到)(?P<last>20\d\d)年")
SPAN_OF_MONTHS = re.compile(
    rf"(?P<first>{NUM})月?(?:份)?(?:-|—|–|~|至|到)(?P<last>{NUM})月(?:份)?(?P<part>底|末)?{BEFORE}?"
)
FEASTS = {"国庆": (9, 30), "五一": (4, 30), "七一": (6, 30), "元旦": (12, 31), "秋季开学": (8, 31), "秋季学期": (8, 31)}
PAST_BEFORE = re.compile("(?:自|从|比|较|截至|截止|了|去|同期)$")
NAMING_AFTER = re.compile(
    "(?:度?(?:政府工作报告|预算|工作要点|工作计划|目标任务|重点项目|省|市|州|县|全[国省市州县]|国|秋季|春季|版|"
    "第|“|《|项目|招生|及))"
)


@dataclass(frozen=True)
class Deadline:
    """A time phrase at text[start:end] and its day."""

    start: int
    end: int
    day: date


@dataclass(frozen=True)
class Reference:
    """The month in which something was said: what "本月底" is counted from."""

    year: int
    month: int


When = int | Reference  # the plan's year, or more exactly a month of it


def last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def find(text: str, start: int, end: int, when: When) -> list[Deadline]:
    """The deadlines stated in text[start:end], in order; without a month in `when`, "本月底" is none."""
    found: list[Deadline] = []
    at = start
    while at < end:
        match = START.search(text, at, end)
        if match is None:
            break
        one = _read(text, start, end, match.start(), when)
        if one is None:
            at = match.end()
            continue
        found.append(one)
        at = max(one.end, match.start() + 1)
    return found


def _read(text: str, floor: int, end: int, at: int, when: When) -> Deadline | None:
    """The deadline whose first character is text[at]; a preposition before it is taken in."""
    year = when if isinstance(when, int) else when.year
    try:
        return (
            _this_month(text, at, end, when)
            or _five_years(text, at, end)
            or _feast(text, at, year)
            or _years(text, at, end)
            or _months(text, at, end, year)
            or _phrase(text, floor, end, at, year)
        )
    except ValueError:  # the 31st of a month that has none, a year out of range
        return None


def _this_month(text: str, at: int, end: int, when: When) -> Deadline | None:
    match = THIS_MONTH.match(text, at, end)
    if match is None or isinstance(when, int):
        return None
    year, month = when.year, when.month
    if match["quarter"]:
        month = (month + 2) // 3 * 3
    elif match["next"]:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return Deadline(at, match.end(), last_day(year, month))


def _five_years(text: str, at: int, end: int) -> Deadline | None:
    match = PERIOD.match(text, at, end)
    if match is None:
        return None
    last = 2005 + 5 * ("一二三四五六".index(match["plan"]))
    first = at - 1 if text[at - 1 : at] in ("“", '"') else at
    return Deadline(first, match.end(), date(last + 5, 12, 31))


def _feast(text: str, at: int, year: int) -> Deadline | None:
    for name, (month, day) in FEASTS.items():
        if text.startswith(name, at):
            end = text.find("前", at, at + len(name) + 3)
            return Deadline(at, end + 1, date(year, month, day)) if end >= 0 else None
    return None


def _years(text: str, at: int, end: int) -> Deadline | None:
    match = SPAN_OF_YEARS.match(text, at, end)
    return Deadline(at, match.end(), date(int(match["last"]), 12, 31)) if match else None


def _months(text: str, at: int, end: int, year: int) -> Deadline | None:
    match = SPAN_OF_MONTHS.match(text, at, end)
    if match is None or (match["first"] in ("1", "一") and text[match.end() - 1] in "月份"):
        return None  # "1-8月份" is a period of statistics
    month = _number(match["last"])
    return Deadline(at, match.end(), last_day(year, month)) if 1 <= month <= 12 else None


def _number(text: str) -> int:
    value = numerals.value_of(text)
    return int(value) if value is not None else 0


def _phrase(text: str, floor: int, end: int, at: int, plan_year: int) -> Deadline | None:
    first = at
    for lead in ("截止到", "截至", "确保到", "力争到", "到", "至", "于"):
        if at - len(lead) >= floor and text.startswith(lead, at - len(lead)):
            first = at - len(lead)
            break
    lead_word = text[first:at]
    match = PHRASE.match(text, at, end)
    if match is None or match.end() == at or match["start"]:
        return None
    if PAST_BEFORE.search(text[max(floor, at - 2) : at]):
        return None
    year, stated = _year(match, plan_year)
    after = text[match.end() : min(end, match.end() + 8)]
    day = _day(match, year)
    if day is None:
        if not stated or match["relative"] or not _bare_year_is_due(text, floor, at, lead_word, year, plan_year, after):
            return None
        day = date(year, 12, 31)
    elif match["month"] and not (match["month_before"] or match["part"] or match["day"]):
        # a bare month: "9月份,召开…" is due then, "3月份完成" too; "1月数据" is not
        due = text[match.end() - 1] == "份" or lead_word or re.match("[，完开启召举建投竣出实]", after)
        if not due:
            return None
    if (
        match["day"]
        and not match["month_before"]
        and re.match("(?:全[市省县州]|召开|的|会议|设|定|为|是|正式|上午|下午|起|至)", after)
    ):
        return None
    if (
        match["quarter"]
        and re.match("(?:工作|重点|我|总体|项目|任务|，?部署|合计|还|又)", after)
        and not (match["quarter_before"] or match["quarter_end"])
    ):
        return None
    return Deadline(first, match.end(), day)


def _year(match: re.Match[str], plan_year: int) -> tuple[int, bool]:
    """The year meant, and whether the phrase names one."""
    if match["year"]:
        return _number(match["year"]), True
    return plan_year + {"明年": 1, "后年": 2}.get(match["relative"] or "", 0), bool(match["relative"])


def _day(match: re.Match[str], year: int) -> date | None:
    if match["month"]:
        return _month_day(match, year)
    if match["quarter"]:
        number = (
            "一二三四".find(match["quarter"].strip("第个季度首")) + 1
            or "1234".find(match["quarter"].strip("第个季度")) + 1
            or 1
        )
        if match["quarter_before"] and not match["quarter_end"]:
            return date(year - 1, 12, 31) if number == 1 else last_day(year, 3 * number - 3)
        return last_day(year, 3 * number)
    if match["half"]:
        return date(year, 6, 30) if match["half"] == "上半年" else date(year, 12, 31)
    if match["yearend"] or match["within"] or match["bare_end"]:
        return date(year, 12, 31)
    if match["plain_before"]:
        return date(year - 1, 12, 31)
    return None


def _month_day(match: re.Match[str], year: int) -> date | None:
    month = _number(match["month"])
    if not 1 <= month <= 12:
        return None
    if match["day"]:
        return date(year, month, _number(match["day"]))
    part = match["part"]
    if part == "上旬" or part == "初":
        return date(year, month, 10)
    if part in ("中旬", "上中旬"):
        return date(year, month, 20)
    if part or not match["month_before"]:
        return last_day(year, month)
    return date(year - 1, 12, 31) if month == 1 else last_day(year, month - 1)


def _bare_year_is_due(text: str, floor: int, at: int, lead: str, year: int, plan_year: int, after: str) -> bool:
    """ "到2025年" and "确保2020年无拖欠" state a deadline; "2021年,全市…" and "2021年省重点项目" do not."""
    if lead in ("到", "至", "确保到", "力争到"):
        return True
    if year < plan_year or after.startswith("，") or NAMING_AFTER.match(after):
        return False
    before = text[max(floor, at - 5) : at]
    return bool(re.search("(?:确保|力争|争取|时限[是为]|限期[为至]?|于)$", before))
