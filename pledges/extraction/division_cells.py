"""The cells of one row of a task-division table → its measure: the task, its figures, who, and by when."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from pledges.extraction import classify, cleaning, dates, numbers, owners
from pledges.extraction.formats.document import Cell
from pledges.extraction.owners import Owners
from pledges.extraction.records import Measure, Target

LONG_TASK = 200
NAMES_APART = re.compile(r"[、,，;；\n/／]+|(?<=[\u4e00-\u9fff）)])[ \u3000]+(?=[\u4e00-\u9fff])")
BRACKET = re.compile(r"[（(][^（()）]{0,40}[)）]")
INSIDE = str.maketrans(
    "、,，;；\n/／ ", "\ue000\ue001\ue002\ue003\ue004\ue005\ue006\ue007\ue008"
)  # 各县(市、区)政府 is one name
OUTSIDE = {mark: plain for plain, mark in INSIDE.items()}
SPACED_NAME = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])[ \u3000]+([\u4e00-\u9fff])(?![\u4e00-\u9fff])")
ROLE = re.compile(r"[（(](?P<role>牵头|主办|负责|配合|协办|协助|参与)(?:单位|部门)?[）)]")
SAYS_ROLES = re.compile(
    "(?:牵头|配合|责任|主办|协办)(?:责任)?(?:单位|部门)[：:]|(?:牵头|主办|配合|协办|协助)(?:[,，;；。\n]|$)"
)
NOBODY = re.compile("[-—–/无\\s]*|详见.*|同上")
ISO = re.compile(r"(?P<year>20\d\d)[-./年](?P<month>\d{1,2})(?:[-./月](?P<day>\d{1,2})日?)?(?![\d年])")
STANDING = re.compile("长期|全年|常年|持续|常态|每月|每季度|每年|贯穿|按.{0,8}时序|按.{0,8}进度")
BLANK = re.compile(r"[-—–/\s]*")
OPENING = re.compile(r"^(?:[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）]?[.．、]|[①-⑳])\s*")


def measure(task: Cell, values: Mapping[str, Sequence[Cell]], section: str, plan_year: int) -> Measure | None:
    """The row's undertaking; quote == text[start:end] is the task's cell without its number. None for a bare number."""
    skipped = match.end() if (match := OPENING.match(task.text)) and len(task.text) > match.end() + 3 else 0
    task = Cell(task.text[skipped:], task.start + skipped, task.end)
    cleaned = cleaning.clean(task.text)
    if not re.search("[\u4e00-\u9fff]", cleaned.text):
        return None
    who = _owners(values)
    day, is_read = deadline(values["due"], plan_year)
    own = dates.find(cleaned.text, 0, len(cleaned.text), plan_year)
    day = day or (own[-1].day if own and is_read else None)
    targets = [target for cell in (task, *values["target"]) for target in _targets(cell, day)]
    verdict = classify.judge(
        cleaned.text, 0, len(cleaned.text), targets=len(targets), ordered=True, charged=bool(who.lead)
    )
    form = verdict.form if verdict.trackable else "ongoing"  # what a table of tasks lists is a task
    return Measure(
        start=task.start,
        end=task.end,
        quote=task.text,
        section=section,
        trackable=True,
        form=form,
        firmness=verdict.firmness,
        deadline=day,
        lead=who.lead,
        support=who.support,
        person=who.person,
        targets=tuple(targets),
        doubts=tuple(_doubts(cleaned.text, targets, is_read=is_read, has_lead=bool(who.lead))),
        title=cleaning.title(cleaned.text).strip(),
    )


def deadline(given: Iterable[Cell], plan_year: int) -> tuple[date | None, bool]:
    """The last day that the cells name, and whether every cell could be read; 长期 and 全年 name none."""
    found: list[date] = []
    is_read = True
    for cell in given:
        if BLANK.fullmatch(cell.text):
            continue
        words = ISO.sub(lambda match: f"{match['year']}年{int(match['month'])}月" + _day(match), cell.text)
        words = cleaning.clean(words).text.rstrip("。；; ")
        days = _days(f"{words}完成", plan_year) or _days(f"到{words}完成", plan_year)
        found += days
        is_read = is_read and (bool(days) or STANDING.search(words) is not None)
    return max(found, default=None), is_read


def _day(match: re.Match[str]) -> str:
    return f"{int(match['day'])}日" if match["day"] else ""


def _days(words: str, plan_year: int) -> list[date]:
    return [one.day for one in dates.find(words, 0, len(words), plan_year)]


def _owners(values: Mapping[str, Sequence[Cell]]) -> Owners:
    """What the columns of owners say. A cell that says the parts by itself (A牵头,B配合) is read as it says."""
    found = owners.NOBODY
    for cell in values["lead"]:
        found += _bodies(cell.text, leads=True)
    for cell in values["support"]:
        found += _bodies(cell.text, leads=False)
    for cell in values["person"]:
        words = SPACED_NAME.sub(r"\1\2", cell.text)
        found += Owners(person=tuple(_names(words)))
    return Owners(found.lead, tuple(name for name in found.support if name not in found.lead), found.person)


def _bodies(words: str, *, leads: bool) -> Owners:
    if SAYS_ROLES.search(words) and (said := owners.bracket(cleaning.clean(words).text)):
        return said
    lead: list[str] = []
    support: list[str] = []
    for name in _names(words):
        role = ROLE.search(name)
        bare = ROLE.sub("", name)
        is_lead = leads if role is None else role["role"] in ("牵头", "主办", "负责")
        (lead if is_lead else support).append(bare)
    return Owners(lead=tuple(dict.fromkeys(lead)), support=tuple(dict.fromkeys(support)))


def _names(words: str) -> list[str]:
    """The names of a list as written; in such a column every part is one."""
    kept = BRACKET.sub(lambda bracket: bracket.group().translate(INSIDE), words)
    parts = (part.translate(OUTSIDE).strip(" \u3000。.：:") for part in NAMES_APART.split(kept))
    named = (owners.TRAIL.sub("", part) or part for part in parts if part and not NOBODY.fullmatch(part))
    return [name for name in dict.fromkeys(named) if 2 <= len(name) <= 40]


def _targets(cell: Cell, day: date | None) -> list[Target]:
    """The figures of a cell, in the original's characters."""
    cleaned = cleaning.clean(cell.text)
    found: list[Target] = []
    for figure in numbers.find(cleaned.text, 0, len(cleaned.text)):
        start, end = cleaned.span(figure.start, figure.end)
        after = re.match("(?:以上|左右|以内)?([^，。；、\n]{0,20})", cleaned.text[figure.end :])
        before = re.split("[，。；、\n]", cleaned.text[: figure.start])[-1][-20:]
        found.append(
            Target(
                cell.start + start,
                cell.start + end,
                cell.text[start:end],
                figure.value,
                figure.value_max,
                figure.unit,
                figure.comparator,
                figure.measure,
                after[1] if after and len(after[1]) >= 2 else before,
                day,
            )
        )
    return found


def _doubts(words: str, targets: Sequence[Target], *, is_read: bool, has_lead: bool) -> Iterable[str]:
    if len(words) > LONG_TASK:
        yield "long_clause"
    if numbers.vague(words, 0, len(words)):
        yield "vague_number"
    if len(targets) > 3:
        yield "many_targets"
    if any(target.comparator == "range" for target in targets):
        yield "range"
    if not is_read:
        yield "unread_deadline"
    if not has_lead:
        yield "no_lead"
