"""When something was said: the year of each document in a pile, the month of a meeting or speech."""

import re

from pledges.extraction import dates
from pledges.extraction.outline import Outline

MEETING_DATE = re.compile(
    r"(?P<year>20\d\d)年(?P<month>\d{1,2})月\d{1,2}日[^。]{0,60}(?:召开|主持|听取)|"
    r"^(?:会议)?(?:时间：)?[（(]?(?P<own_year>20\d\d)年(?P<own_month>\d{1,2})月\d{1,2}日[）)]?(?:$|[（(上下])"
)
TITLE_YEAR = re.compile(r"^[^。，]{0,12}(20\d\d)年")


def years(text: str, plan: Outline, plan_year: int) -> dict[int, int]:
    """Where the documents of a pile begin → the year of each: the plan's unless the years it names lie elsewhere."""
    found: dict[int, int] = {}
    for heading in plan.headings:
        if heading.level == 0:
            named = sorted(int(year) for year in re.findall(r"(?<!\d)(20\d\d)年", text[heading.start : heading.until]))
            found[heading.start] = (
                plan_year if not named or named[0] - 1 <= plan_year <= named[-1] else named[len(named) // 2]
            )
    return found


def when(body: str, year: dates.When, is_heading: bool) -> dates.When:
    """Minutes and speeches of one pile each have their own time: that of the meeting's date or title."""
    dated = MEETING_DATE.search(body)
    if dated and 1 <= (month := int(dated["month"] or dated["own_month"])) <= 12:
        return dates.Reference(int(dated["year"] or dated["own_year"]), month)
    match = TITLE_YEAR.search(body) if is_heading else None
    return int(match[1]) if match else year
