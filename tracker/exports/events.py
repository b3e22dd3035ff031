"""Events as CSV, JSON lines and XLSX, row by row: the memory they take does not grow with their number.

Every column that a digest covers is there, so that somebody outside can verify the chain (docs/operations.md).
"""

import csv
import datetime
import io
import itertools
import json
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledges.errors import BadInput
from tracker.exports.text import harmless
from tracker.exports.xlsx import LONGEST
from workflow import story
from workflow.models import Event

BATCH = 200
MOST_ROWS = 1_048_575  # of a worksheet, beneath its head
# Ids and the moment in UTC are written as the digest has them; the names beside them are for people.
COLUMNS: dict[str, Any] = {
    "stream": gettext_lazy("记录所属"),
    "sequence": gettext_lazy("序号"),
    "at": gettext_lazy("时间(UTC)"),
    "action": gettext_lazy("动作"),
    "label": gettext_lazy("动作名称"),
    "sentence": gettext_lazy("记录"),
    "user": gettext_lazy("人员 id"),
    "username": gettext_lazy("账号"),
    "name": gettext_lazy("姓名"),
    "post": gettext_lazy("岗位 id"),
    "post_name": gettext_lazy("岗位"),
    "acting_for": gettext_lazy("代办岗位 id"),
    "acting_for_name": gettext_lazy("代办岗位"),
    "payload": gettext_lazy("内容"),
    "erased": gettext_lazy("已清除"),
    "payload_digest": gettext_lazy("内容摘要"),
    "previous": gettext_lazy("前一条摘要"),
    "digest": gettext_lazy("摘要"),
}
Row = dict[str, Any]


def rows(events: QuerySet[Event]) -> Iterator[Row]:
    """The events in their order; a query a batch for the names that they tell."""
    found = story.with_actors(events).iterator(chunk_size=BATCH)
    while batch := list(itertools.islice(found, BATCH)):
        names = story.Names.of(story.payload_of(event) for event in batch)
        for event in batch:
            yield row_of(event, names)
            event._state.fields_cache.clear()  # event and payload hold each other; do not wait for the collector


def row_of(event: Event, names: story.Names) -> Row:
    return {
        "stream": event.stream.name,
        "sequence": event.sequence,
        "at": event.at.astimezone(datetime.UTC).isoformat(),
        "action": event.action,
        "label": story.label_of(event.action),
        "sentence": story.tell(event, names).text,
        "user": event.user_id,
        "username": event.user.username if event.user else "",
        "name": event.user.name if event.user else "",
        "post": event.post_id,
        "post_name": str(event.post or ""),
        "acting_for": event.acting_for_id,
        "acting_for_name": str(event.acting_for or ""),
        "payload": "" if story.is_erased(event) else event.payload.text,
        "erased": story.is_erased(event),
        "payload_digest": event.payload_digest,
        "previous": event.previous,
        "digest": event.digest,
    }


def csv_lines(found: Iterable[Row]) -> Iterator[bytes]:
    """UTF-8 with a BOM; a text that begins like a formula gets an apostrophe in front."""
    yield "\ufeff".encode()
    yield _csv_line([str(title) for title in COLUMNS.values()])
    for row in found:
        yield _csv_line([_cell(row[key]) for key in COLUMNS])


def _csv_line(cells: list[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return "" if value is None else str(value)


def json_lines(found: Iterable[Row]) -> Iterator[bytes]:
    """One object a line. ``payload`` is text, for its digest is that of the text."""
    for row in found:
        yield json.dumps(row, ensure_ascii=False).encode() + b"\n"


def workbook(found: Iterable[Row]) -> IO[bytes]:
    """A workbook in a temporary file, to be read from its beginning. Every text is written as text."""
    out = tempfile.TemporaryFile()  # noqa: SIM115  the response reads it, and closes it
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet(_("操作记录"))
    head = book.add_format({"bold": True, "bg_color": "#EFEFEF"})
    for column, title in enumerate(COLUMNS.values()):
        sheet.write_string(0, column, str(title), head)
    sheet.freeze_panes(1, 0)
    for index, row in enumerate(found, start=1):
        for column, key in enumerate(COLUMNS):
            text = _cell(row[key])
            sheet.write_string(index, column, text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")
    book.close()
    out.seek(0)
    return out


def demand_fits(count: int) -> None:
    """A worksheet has an end."""
    if count > MOST_ROWS:
        raise BadInput({"form": _("记录超过一张工作表的行数,请缩小范围,或者导出 CSV。")})
