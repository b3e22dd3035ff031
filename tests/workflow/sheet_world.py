"""Sheets on their way, for tests: put together on Monday 13 July 2020, answered on the 15th, judged on the 16th."""

from typing import Any

from pledges.models import Pledge, Post
from tests.factories import Government, actor, moment, pledge_in
from workflow import sheets
from workflow.models import Sheet, SheetRow, Task

MONDAY = "2020-07-13"


def put(at: Government, pledge: Pledge | None = None, *, colour: str = "yellow", by: Post | None = None) -> SheetRow:
    pledge = pledge or pledge_in("in_progress", at)
    payload = {"colour": colour, "finding": "现场停工"}
    return sheets.add_row(pledge.pk, actor=actor(by or at.supervisor), payload=payload, at=moment(MONDAY))


def proposed(at: Government, items: int = 2, *, colour: str = "yellow") -> Sheet:
    for _number in range(items):
        put(at, colour=colour)
    return Sheet.objects.get()


def issue(at: Government, sheet: Sheet, *, by: Post | None = None, on: str = MONDAY, **more: Any) -> Sheet:
    more.setdefault("version", Sheet.objects.get(pk=sheet.pk).version)
    more.setdefault("payload", {"words": "请抓紧整改"})
    return sheets.issue(sheet.pk, actor=actor(by or at.director), at=moment(on), **more)


def issued(at: Government, items: int = 2, *, colour: str = "yellow") -> tuple[Sheet, list[SheetRow]]:
    sheet = issue(at, proposed(at, items, colour=colour))
    return sheet, list(sheet.rows.order_by("pledge__number"))


def answer(at: Government, row: SheetRow, words: Any = "三日内复工", *, by: Post | None = None, **more: Any) -> Sheet:
    more.setdefault("version", Sheet.objects.get(pk=row.sheet_id).version)
    return sheets.answer_row(
        row.pk, actor=actor(by or at.coordinator), payload={"words": words}, at=moment("2020-07-15"), **more
    )


def judge(at: Government, row: SheetRow, verdict: Any, words: Any = "", *, by: Post | None = None) -> Sheet:
    return sheets.judge_row(
        row.pk,
        actor=actor(by or at.supervisor),
        version=Sheet.objects.get(pk=row.sheet_id).version,
        payload={"verdict": verdict, "words": words},
        at=moment("2020-07-16"),
    )


def tasks(sheet: Sheet) -> list[tuple[Any, ...]]:
    return list(Task.objects.open().filter(sheet=sheet).values_list("kind", "post", "due_date"))


def answered(at: Government) -> tuple[Sheet, list[SheetRow]]:
    sheet, rows = issued(at)
    for row in rows:
        sheet = answer(at, row)
    return sheet, rows
