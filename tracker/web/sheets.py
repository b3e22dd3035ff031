"""督办单: the list, and one sheet's page, where the unit answers row by row and the office judges."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from config import clock
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Unit
from pledges.querysets import OWN_UNIT, WHOLE_PROGRAMME
from tracker.web import context
from tracker.web.requests import PageRequest
from workflow import permissions, sheet_manners
from workflow import sheets as service
from workflow.models import Sheet, SheetRow

PAGE_SIZE = 50
STATUSES = (Sheet.Status.ISSUED, Sheet.Status.ANSWERED, Sheet.Status.CLOSED)
TABS = (
    ("supervision", gettext_lazy("亮灯事项")),
    ("sheets-proposed", gettext_lazy("拟发单")),
    ("sheets", gettext_lazy("督办单")),
    ("requests", gettext_lazy("申请")),
)


@dataclass(frozen=True)
class Line:
    """One item of a sheet as its page draws it, with what was typed for it and what is wrong with that."""

    row: SheetRow
    typed: Mapping[str, str]
    faults: Mapping[str, Any]
    is_to_answer: bool


def tabs(actor: Actor, here: str) -> list[dict[str, Any]]:
    """The pages of 督办, for those who see all of them."""
    if actor.role not in WHOLE_PROGRAMME:
        return []
    return [{"name": name, "label": label, "is_here": name == here} for name, label in TABS]


def demand_reader(actor: Actor) -> None:
    if actor.role not in (*WHOLE_PROGRAMME, *OWN_UNIT):
        raise Forbidden(_("您的岗位不查看督办单。"))


@login_required
@require_safe
def sheets(request: PageRequest) -> HttpResponse:
    """The issued sheets that the person sees, the newest first. ``colour``, ``status`` and ``unit`` filter them."""
    demand_reader(request.actor)
    programme = context.programme_of(request)
    issued = Sheet.objects.visible_to(request.actor).issued().filter(programme=programme)
    units = list(Unit.objects.filter(pk__in=issued.order_by().values("unit")).order_by("position", "pk"))
    chosen = {
        "colour": _one_of(request.GET.get("colour"), Sheet.Colour.values),
        "status": _one_of(request.GET.get("status"), [str(status) for status in STATUSES]),
        "unit": _one_of(request.GET.get("unit"), [str(unit.pk) for unit in units]),
    }
    found = issued.filter(**{name: value for name, value in chosen.items() if value})
    answered = Count("rows", filter=~Q(rows__answer=""))
    listed = found.select_related("unit").annotate(items=Count("rows"), answered=answered)
    page = Paginator(listed.order_by("-issued_date", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "tracker/sheets/list.html",
        {
            "tabs": tabs(request.actor, "sheets"),
            "why": _why(issued, request.actor),
            "page": page,
            "chosen": chosen,
            "is_filtered": any(chosen.values()),
            "colours": _chips("colour", Sheet.Colour.choices, chosen),
            "statuses": _chips("status", [(str(one), one.label) for one in STATUSES], chosen),
            "units": [(str(unit.pk), str(unit)) for unit in units],
        },
    )


def _one_of(asked: str | None, known: list[str]) -> str:
    return asked if asked in known else ""


def _why(issued: Any, actor: Actor) -> str:
    counts = dict(issued.order_by().values_list("status").annotate(n=Count("pk")))
    total, open_ones = sum(counts.values()), counts.get(Sheet.Status.ISSUED, 0)
    if not total:
        return _("还没有发出的督办单。")
    if actor.role in OWN_UNIT:
        return ngettext(
            "收到督办单 %(total)d 份,其中 %(open)d 份待回复。",
            "收到督办单 %(total)d 份,其中 %(open)d 份待回复。",
            total,
        ) % {"total": total, "open": open_ones}
    said = {"total": total, "open": open_ones, "answered": counts.get(Sheet.Status.ANSWERED, 0)}
    return _("已发出 %(total)d 份,待回复 %(open)d 份,待认定 %(answered)d 份。") % said


def _chips(name: str, choices: Any, chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "value": value,
            "is_on": chosen[name] == value,
            "url": "?"
            + urlencode(
                {key: one for key, one in {**chosen, name: "" if chosen[name] == value else value}.items() if one}
            ),
        }
        for value, label in choices
    ]


@login_required
@require_safe
def sheet(request: PageRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(pk, request.actor))


@login_required
@require_POST
def answer(request: PageRequest, pk: int) -> HttpResponse:
    """Answer the rows in whose box something new was written."""
    found = _visible(pk, request.actor)
    typed = _typed(request.POST, found, ("words",))
    changed = {row.pk: typed[row.pk] for row in found.rows.all() if typed[row.pk]["words"].strip() != row.answer}
    try:
        answered = service.answer(
            pk, actor=request.actor, version=version_in(request.POST), answers=changed, at=clock.now()
        )
    except (BadInput, Stale, WrongState) as refusal:
        return _page(request, _visible(pk, request.actor), typed=typed, refusal=refusal)
    said = _("%(number)s 已全部回复。") if answered.status == Sheet.Status.ANSWERED else _("%(number)s 的回复已记录。")
    messages.success(request, said % {"number": answered.number})
    return redirect("web:sheet", pk=pk)


@login_required
@require_POST
def judge(request: PageRequest, pk: int) -> HttpResponse:
    """Judge the rows for which something new was chosen."""
    found = _visible(pk, request.actor)
    typed = _typed(request.POST, found, ("verdict", "words"))
    changed = {
        row.pk: typed[row.pk]
        for row in found.rows.all()
        if (typed[row.pk]["verdict"] or typed[row.pk]["words"].strip())
        and (typed[row.pk]["verdict"], typed[row.pk]["words"].strip()) != (row.verdict, row.verdict_words)
    }
    try:
        judged = service.judge(
            pk, actor=request.actor, version=version_in(request.POST), verdicts=changed, at=clock.now()
        )
    except (BadInput, Stale, WrongState) as refusal:
        return _page(request, _visible(pk, request.actor), typed=typed, refusal=refusal)
    said = {
        Sheet.Status.CLOSED: _("%(number)s 已办结。"),
        Sheet.Status.ISSUED: _("%(number)s 已退回,由单位就不认可的项重新回复。"),
    }.get(Sheet.Status(judged.status), _("%(number)s 的认定已记录。"))
    messages.success(request, said % {"number": judged.number})
    return redirect("web:sheet", pk=pk)


def version_in(form: QueryDict) -> int | None:
    typed = form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None


def _typed(form: QueryDict, found: Sheet, names: tuple[str, ...]) -> dict[int, dict[str, str]]:
    """What was typed for each row; a box that the page did not offer stands as it is kept."""
    kept = {"words": "answer"} if names == ("words",) else {"words": "verdict_words", "verdict": "verdict"}
    return {
        row.pk: {name: form.get(f"{row.pk}.{name}", getattr(row, kept[name])) for name in names}
        for row in found.rows.all()
    }


def _visible(pk: int, actor: Actor) -> Sheet:
    found: Sheet | None = (
        Sheet.objects.visible_to(actor)
        .select_related("unit", "programme", "issued_by")
        .prefetch_related("rows__pledge", "rows__answered_by", "rows__judged_by")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Invisible()
    return found


def _page(
    request: PageRequest,
    found: Sheet,
    *,
    typed: Mapping[int, Mapping[str, str]] | None = None,
    refusal: BadInput | Stale | WrongState | None = None,
) -> HttpResponse:
    """The sheet; after a refusal with everything typed and what is in the way."""
    faults = refusal.fields if isinstance(refusal, BadInput) else {}
    status, sees_all = Sheet.Status(found.status), request.actor.role in WHOLE_PROGRAMME
    lines = [
        Line(
            row=row,
            typed=(typed or {}).get(row.pk, {}),
            faults={name.partition(".")[2]: fault for name, fault in faults.items() if name.startswith(f"{row.pk}.")},
            is_to_answer=row.verdict != SheetRow.Verdict.ACCEPTED,
        )
        for row in found.rows.all()
    ]
    page = {
        "sheet": found,
        "lines": lines,
        "why": _state_of(found),
        "tabs": tabs(request.actor, "sheets"),
        "may_answer": status == Sheet.Status.ISSUED and permissions.may_answer_sheet(request.actor, found.unit) is None,
        "may_judge": status == Sheet.Status.ANSWERED and permissions.may_judge_sheets(request.actor) is None,
        "may_issue": status == Sheet.Status.PROPOSED and permissions.may_issue_sheets(request.actor) is None,
        "verdicts": SheetRow.Verdict.choices,
        "history": list(reversed(sheet_manners.told(found, from_issuing=not sees_all))),
        "general": [fault for name, fault in faults.items() if not name.partition(".")[2]],
        "summary": [(name, fault) for name, fault in faults.items() if name.partition(".")[2]],
        "refusal": refusal if not faults else None,
        "changes": refusal.changes if isinstance(refusal, Stale) else [],
    }
    code = 200 if refusal is None else 422 if isinstance(refusal, BadInput) else 409
    return render(request, "tracker/sheets/sheet.html", page, status=code)


def _state_of(found: Sheet) -> str:
    rows = list(found.rows.all())
    told = {
        "items": len(rows),
        "answered": sum(1 for row in rows if row.answer),
        "judged": sum(1 for row in rows if row.verdict),
    }
    said = {
        Sheet.Status.PROPOSED: _("拟发,共 %(items)d 项,等待主任签发。"),
        Sheet.Status.ISSUED: _("共 %(items)d 项,已回复 %(answered)d 项。"),
        Sheet.Status.ANSWERED: _("共 %(items)d 项,已全部回复,已认定 %(judged)d 项。"),
        Sheet.Status.CLOSED: _("共 %(items)d 项,已办结。"),
        Sheet.Status.DROPPED: _("共 %(items)d 项,不予发出。"),
    }
    return said[Sheet.Status(found.status)] % told
