"""Task-division tables (任务分解表): which column holds what, and a measure for every row.

`guess` says it for a table; a person may say otherwise (`Columns.fields`). A measure's span is its task's cell in the
text, so that every row stays traceable to the place where it stands.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pledges.extraction import division_cells as cells
from pledges.extraction import lexicon
from pledges.extraction.formats.document import Cell, Reading, Table
from pledges.extraction.records import Extraction, Measure, Zone

FIELDS = ("number", "section", "task", "target", "lead", "support", "due", "person", "note")
MOST_HEADING_ROWS = 3
DEEPEST_HEADING = 10  # rows; above the heading stand titles, never more
BRACKETS = re.compile(r"[（(\[【].*?[）)\]】]")
NOISE = re.compile(r"[\s\u3000、,，/／及和与：:*＊]+")
COMMON = frozenset(("单位", "部门", "时间", "联系人"))  # in a timetable or an address list too
TOTAL = re.compile("合计|总计|小计|填表人|填报人|审核人|联系电话|注[：:]|备注[：:]|说明[：:]")


@dataclass(frozen=True)
class Columns:
    """Of a table: how many of its first rows are its heading, and what each column holds: a field or ""."""

    headings: int
    fields: tuple[str, ...]

    @property
    def is_division(self) -> bool:
        return "task" in self.fields

    def unread(self) -> "Columns":
        """The same table, taken for no division of tasks."""
        return Columns(self.headings, ("",) * len(self.fields))


def extract(reading: Reading, columns: Sequence[Columns], plan_year: int) -> Extraction:
    """The measures of every table that has a task column; the tables' places are the zones of assignment."""
    found: list[Measure] = []
    zones: list[Zone] = []
    at = 0
    for table, one in zip(reading.tables, columns, strict=True):
        if one.is_division:
            found += measures(table, one, plan_year)
            start, end = table.rows[0][0].start, table.rows[-1][-1].end
            zones += [Zone("other", at, start)] if start > at else []
            zones.append(Zone("assignment", start, end))
            at = end
    if at < len(reading.text):
        zones.append(Zone("other", at, len(reading.text)))
    return Extraction("assignment", tuple(zones), (), tuple(found))


def guesses(reading: Reading) -> tuple[Columns, ...]:
    """What each table's columns seem to hold. A table without a heading that follows another one of the same width at
    once goes on with that one's columns."""
    found: list[Columns] = []
    for number, table in enumerate(reading.tables):
        one = guess(table)
        if number and not any(one.fields):
            before = reading.tables[number - 1]
            between = reading.text[before.rows[-1][-1].end : table.rows[0][0].start]
            if not between.strip() and len(before.rows[0]) == len(table.rows[0]):
                one = Columns(0, found[-1].fields)
        found.append(one)
    return tuple(found)


def guess(table: Table) -> Columns:
    """By the heading: the row, or the two or three together, that name the most columns. Without a column of tasks and
    one that says who or when in more than a common word, the table is no division of tasks and no column is named."""
    width = len(table.rows[0])
    best, score = Columns(0, ("",) * width), 0
    for first in range(min(DEEPEST_HEADING, len(table.rows))):
        for size in range(1, MOST_HEADING_ROWS + 1):
            rows = table.rows[first : first + size]
            if len(rows) < size or (size > 1 and not _goes_on(rows)):
                break
            named = [_field([row[column] for row in rows]) for column in range(width)]
            if len(set(filter(None, named))) > score:
                best, score = Columns(first + size, tuple(named)), len(set(filter(None, named)))
    fields = _settled(table, best)
    above = table.rows[: best.headings]
    who_or_when = any(
        field in ("lead", "support", "due", "person") and not any(_name(row[column]) in COMMON for row in above)
        for column, field in enumerate(fields)
    )
    return Columns(best.headings, fields) if "task" in fields and who_or_when else Columns(0, ("",) * width)


def measures(table: Table, columns: Columns, plan_year: int) -> tuple[Measure, ...]:
    """One for every row with a task. Spanning rows are sections; headings that a page repeats are left out."""
    heading = {_words(row) for row in table.rows[: columns.headings]}
    found: list[Measure] = []
    spanning = ""
    above: dict[str, list[Cell]] = {}
    seen: set[tuple[int, int]] = set()
    for row in table.rows[columns.headings :]:
        if not any(cell.text for cell in row) or _words(row) in heading:
            continue
        title = _spanning(row)
        if title is not None:
            spanning = spanning if TOTAL.match(title) else title
            continue
        values = {name: _of(row, columns, name) for name in FIELDS}
        _fill_down(values, above)
        above = values
        task = next((cell for cell in values["task"] if cell.text), None)
        if task is None or (task.start, task.end) in seen or TOTAL.match(task.text):
            continue
        seen.add((task.start, task.end))
        section = next((cell.text for cell in values["section"] if cell.text), "") or spanning
        made = cells.measure(task, values, " ".join(section.split()), plan_year)
        found += [made] if made else []
    return tuple(found)


@cache
def headings() -> dict[str, str]:
    """A heading without spaces and brackets → its field; "responsible" is settled by what else the table has."""
    return {heading: field for one in lexicon.words("columns") for field, _colon, heading in [one.partition(":")]}


def _field(stacked: Sequence[Cell]) -> str:
    """The field that a heading of one to three cells names, the lowest cell first, then all together."""
    names = [_name(cell) for cell in stacked]
    together = "".join(dict.fromkeys(names))
    for name in [*reversed(names), together]:
        field = headings().get(name) or headings().get(name.removeprefix("主要").removesuffix("名单"))
        if field:
            return field
    for name in [*reversed(names), together]:
        for ending, field in (("牵头单位", "lead"), ("配合单位", "support"), ("责任单位", "responsible"),
                              ("领导", "person"), ("责任人", "person"), ("时限", "due"), ("任务", "task")):  # fmt: skip
            if name.endswith(ending) and len(name) <= 12:
                return field
    return ""


def _name(heading: Cell) -> str:
    return NOISE.sub("", BRACKETS.sub("", heading.text))


def _goes_on(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether a heading has a further row: some cell of the last row hangs down from the one above, or lies below one
    that spans several columns, and none is a sentence."""
    above, last = rows[-2], rows[-1]
    hangs = any(one.start == other.start and one.text for one, other in zip(above, last, strict=True))
    spans = any(not cell.is_first and cell.text for cell in above)
    return (hangs or spans) and all(len(cell.text) <= 16 for cell in last)


def _settled(table: Table, columns: Columns) -> tuple[str, ...]:
    """责任单位 leads unless another column does; of several columns of tasks the finest holds the tasks, the others
    name the section they belong to."""
    fields = list(columns.fields)
    instead = "support" if "lead" in fields else "lead"
    fields = [instead if field == "responsible" else field for field in fields]
    tasks = [column for column, field in enumerate(fields) if field == "task"]
    if len(tasks) > 1:
        body = table.rows[columns.headings :]
        finest = max(tasks, key=lambda column: (len({row[column].start for row in body if row[column].text}), column))
        for column in tasks:
            if column != finest:
                fields[column] = "section" if column < finest else "target"
    return tuple(fields)


def _words(row: Sequence[Cell]) -> str:
    return "\t".join(NOISE.sub("", cell.text) for cell in row)


def _spanning(row: Sequence[Cell]) -> str | None:
    """The words of a row that is one cell over its whole width; None for any other row."""
    if len(row) > 1 and len({(cell.start, cell.end) for cell in row}) == 1:
        return " ".join(row[0].text.split())
    return None


def _of(row: Sequence[Cell], columns: Columns, name: str) -> list[Cell]:
    return [cell for cell, field in zip(row, columns.fields, strict=True) if field == name]


def _fill_down(values: dict[str, list[Cell]], above: dict[str, list[Cell]]) -> None:
    """Where merging was lost (CSV): a blank section is that above; in a row without a number of its own, blank owners
    and days are too, since it goes on with the item above."""
    if not above:
        return
    goes_on = bool(values["number"]) and not any(cell.text for cell in values["number"])
    for name in ("section", *(("lead", "support", "due", "person") if goes_on else ())):
        if not any(cell.text for cell in values[name]):
            values[name] = above[name]
