"""What the columns of a document's tables hold: guessed at import, and changed by a person before anything is decided.

Changing it reads the document's bytes again and puts other measures in the place of the first ones. That is possible
only while nobody has acted on any of them; afterwards nothing that a person did may be lost.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pledges import services
from pledges.actors import Actor
from pledges.errors import BadInput, Invisible, Stale, WrongState
from pledges.extraction import division
from pledges.extraction import measures as extraction
from pledges.extraction.division import Columns
from pledges.extraction.reading import Reading, UnreadableDocument, read_document
from pledges.models import Document, Fate
from workflow import audit
from workflow import measure_manners as manners
from workflow.models import Stream

FIELDS: dict[str, Any] = {
    "": _("不读"),
    "number": _("序号"),
    "section": _("类别或章节"),
    "task": _("工作任务"),
    "target": _("目标"),
    "lead": _("牵头单位"),
    "support": _("配合单位"),
    "due": _("完成时限"),
    "person": _("责任领导或责任人"),
    "note": _("备注"),
}
MOST_HEADINGS = 10
QUIET = ("import", "remap")  # events that decide about no measure


def seen_of(document: Document) -> int:
    """How many events the document has: a form that was made before the last one is stale."""
    return Stream.objects.filter(name=audit.stream_of(document)).values_list("count", flat=True).first() or 0


def refusal(document: Document) -> Any | None:
    """Why the columns can no longer be changed; None while they can."""
    stream = Stream.objects.filter(name=audit.stream_of(document)).first()
    is_touched = document.measures.exclude(fate=Fate.PENDING).exists() or (
        stream is not None and stream.events.exclude(action__in=QUIET).exists()
    )
    return _("这份文件的条目已有人处理,不能再改列的对应关系,以免丢失已作的处理。") if is_touched else None


def read_again(document: Document) -> Reading:
    """The document with its tables. WrongState when it no longer reads as it did when it was imported."""
    try:
        reading = read_document(bytes(document.content), document.filename)
    except UnreadableDocument as error:
        raise WrongState(_("原件现在读不出来,不能按列重读。")) from error
    if reading.text != document.text or len(reading.tables) != len(document.columns):
        raise WrongState(_("原件现在读出的文字与导入时不同,不能按列重读,请另行导入。"))
    return reading


def remap(
    document_id: int,
    *,
    actor: Actor,
    columns: Sequence[Mapping[str, Any]] | None,
    seen: int | None,
    at: datetime.datetime,
) -> Document:
    """Read the document anew by these columns, one ``{headings, fields}`` for each of its tables; None reads it clause
    by clause, as if it had no tables.

    ``seen`` is what `seen_of` said when the form was made. Raises Invisible, Forbidden, WrongState, Stale, or BadInput
    naming ``<table>.headings`` or ``<table>.<column>``.
    """
    document = Document.objects.visible_to(actor).select_related("programme").filter(pk=document_id).first()
    if document is None:
        raise Invisible()
    manners.demand_importer(actor)
    _demand_untouched(document, seen)
    reading = read_again(document)  # outside of the transaction: it may take seconds
    if columns is None:
        wanted = tuple(Columns(int(one["headings"]), tuple(one["fields"])).unread() for one in document.columns)
        found = extraction.extract(reading.text, document.programme.year)
    else:
        wanted = _read(columns, reading)
        found = division.extract(reading, wanted, document.programme.year)
    with transaction.atomic():
        document = manners.locked_document(document_id, actor)
        _demand_untouched(document, seen)
        services.reread_document(document, extraction=found, columns=wanted)
        manners.close_review_when_done(document, at)
        manners.open_review(document, actor, at)
        audit.append(
            stream=audit.stream_of(document),
            action="remap",
            actor=actor,
            at=at,
            payload={"columns": document.columns, "measures": len(found.measures)},
        )
    return document


def _demand_untouched(document: Document, seen: int | None) -> None:
    reason = refusal(document)
    if reason is not None:
        raise WrongState(reason)
    if seen != seen_of(document):
        raise Stale([str(_("列的对应关系已被别人改过,条目已按新的对应关系重读。"))])


def _read(columns: Sequence[Mapping[str, Any]], reading: Reading) -> tuple[Columns, ...]:
    """The columns as given, checked against the tables."""
    faults: dict[str, Any] = {}
    found: list[Columns] = []
    if len(columns) != len(reading.tables):
        raise BadInput({"": _("表的数目与文件不符,请刷新页面后重试。")})
    for number, (given, table) in enumerate(zip(columns, reading.tables, strict=True)):
        fields, headings = tuple(given.get("fields", ())), given.get("headings")
        if len(fields) != len(table.rows[0]):
            raise BadInput({"": _("列的数目与文件不符,请刷新页面后重试。")})
        for column, field in enumerate(fields):
            if field not in FIELDS:
                faults[f"{number}.{column}"] = _("请从列表中选择。")
            elif field == "task" and "task" in fields[:column]:
                faults[f"{number}.{column}"] = _("一张表只能有一列是“工作任务”。")
        if not isinstance(headings, int) or not 0 <= headings <= min(MOST_HEADINGS, len(table.rows)):
            faults[f"{number}.headings"] = _("表头行数请填 0 到 10,且不超过表的行数。")
            headings = 0
        found.append(Columns(headings, fields))
    if not faults and not any(one.is_division for one in found):
        faults[""] = _("请至少把一列定为“工作任务”,或者选择逐句读取。")
    if faults:
        raise BadInput(faults)
    return tuple(found)
