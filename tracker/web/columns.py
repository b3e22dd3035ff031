"""列的对应关系: what each column of a document's tables was taken for, with its first rows, and how to change it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from config import clock
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.extraction.formats.document import Table
from pledges.models import Document
from tracker.web.requests import PageRequest
from workflow import columns as mapping
from workflow import permissions

MOST_ROWS = 8
MOST_TABLES = 20
LONGEST_CELL = 60


@dataclass(frozen=True)
class Column:
    name: str
    chosen: str
    fault: Any


@dataclass(frozen=True)
class Preview:
    """One table: its columns with what is chosen for them, and its first rows."""

    number: int
    title: str
    row_count: int
    headings: str
    headings_fault: Any
    columns: list[Column]
    rows: list[tuple[bool, list[str]]]  # whether the row is heading, and its cells

    @property
    def name(self) -> str:
        return f"{self.number}.headings"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: PageRequest, pk: int) -> HttpResponse:
    """The form, and on POST the rereading; then back to the measures."""
    document: Document | None = Document.objects.visible_to(request.actor).filter(pk=pk).first()
    if document is None or not document.columns:
        raise Invisible()
    reason = permissions.may_import(request.actor)
    if reason is not None:
        raise Forbidden(reason)
    if request.method != "POST":
        return _page(request, document, document.columns)
    by_clauses = request.POST.get("by") == "clauses"
    typed = _typed(request.POST, document)
    try:
        mapping.remap(
            pk,
            actor=request.actor,
            columns=None if by_clauses else typed,
            seen=_number(request.POST.get("seen")),
            at=clock.now(),
        )
    except BadInput as refusal:
        return _page(request, document, typed, errors=refusal.fields, status=422)
    except (Stale, WrongState) as refusal:
        return _page(request, document, typed, refusal=refusal, status=409)
    count = document.measures.count()
    messages.success(
        request, ngettext("已重读,共 %(count)d 条。", "已重读,共 %(count)d 条。", count) % {"count": count}
    )
    return redirect("web:review", pk=pk)


def _typed(form: QueryDict, document: Document) -> list[dict[str, Any]]:
    """What was chosen, as chosen; a table that the page did not show stays as it is."""
    found: list[dict[str, Any]] = []
    for number, known in enumerate(document.columns):
        headings = form.get(f"{number}.headings")
        fields = [form.get(f"{number}.{at}", field) for at, field in enumerate(known["fields"])]
        asked = known["headings"] if headings is None else _number(headings.strip())
        found.append({"headings": headings if asked is None else asked, "fields": fields})
    return found


def _number(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isascii() and typed.isdecimal() and len(typed) < 10 else None


def _page(
    request: PageRequest,
    document: Document,
    chosen: list[dict[str, Any]],
    *,
    errors: dict[str, Any] | None = None,
    refusal: Stale | WrongState | None = None,
    status: int = 200,
) -> HttpResponse:
    errors = errors or {}
    try:
        tables = mapping.read_again(document).tables
    except WrongState as unreadable:
        tables, refusal, status = (), refusal or unreadable, 409
    previews = [
        _preview(number, table, one, errors)
        for number, (table, one) in enumerate(zip(tables, chosen, strict=False))
        if number < MOST_TABLES
    ]
    return render(
        request,
        "tracker/columns/page.html",
        {
            "document": document,
            "tables": previews,
            "fields": list(mapping.FIELDS.items()),
            "closed": mapping.refusal(document) if not refusal else None,
            "refusal": refusal,
            "errors": errors,
            "left_out": max(len(tables) - MOST_TABLES, 0),
            "seen": mapping.seen_of(document),
        },
        status=status,
    )


def _preview(number: int, table: Table, chosen: dict[str, Any], errors: dict[str, Any]) -> Preview:
    heading_rows = chosen["headings"] if isinstance(chosen["headings"], int) else 0
    return Preview(
        number=number,
        title=table.title or _("第 %(number)d 张表") % {"number": number + 1},
        row_count=len(table.rows),
        headings=str(chosen["headings"]),
        headings_fault=errors.get(f"{number}.headings"),
        columns=[
            Column(f"{number}.{at}", field, errors.get(f"{number}.{at}")) for at, field in enumerate(chosen["fields"])
        ],
        rows=[
            (at < heading_rows, [_short(cell.text) for cell in row])
            for at, row in enumerate(table.rows[: heading_rows + MOST_ROWS])
        ],
    )


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_CELL else f"{words[: LONGEST_CELL - 1]}…"


def named(document: Document) -> list[str]:
    """The columns that the document was read by, in words and in order, each once."""
    held = dict.fromkeys(field for one in document.columns if "task" in one["fields"] for field in one["fields"])
    return [str(mapping.FIELDS[field]) for field in held if field]
