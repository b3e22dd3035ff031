"""审签: everything that waits for a head's approval on one screen, and the page to be signed on paper."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from pledges import calendars
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Pledge, Programme, Report, Role, Target, Unit
from pledges.working_days import Calendar
from tracker import words
from tracker.web import figures
from tracker.web.requests import PageRequest
from workflow import approvals as approving
from workflow import bulk, permissions, signed_pages

ONLINE, PAPER = "online", "paper"


@dataclass(frozen=True)
class Value:
    """One target of a row: what is reported, beside what was planned and the change since the report before."""

    figure: figures.Figure
    planned: str
    change: str


@dataclass(frozen=True)
class Row:
    item: approving.Item
    values: list[Value]
    is_ticked: bool

    @property
    def pledge(self) -> Pledge:
        return self.item.pledge

    @property
    def report(self) -> Report:
        return self.item.report


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def approvals(request: PageRequest, programme: int) -> HttpResponse:
    unit, found = _unit(request), _programme(request, programme)
    if request.method != "POST":
        return _page(request, unit, found)
    ticked = {int(one) for one in request.POST.getlist("pledge") if _is_number(one)}
    reports = {pk: int(_seen(request, pk)) for pk in ticked if _is_number(_seen(request, pk))}
    try:
        done = _approve(request, found, reports)
    except BadInput as refusal:
        return _page(request, unit, found, ticked=ticked, faults=refusal.fields, status=422)
    except (Stale, WrongState) as refusal:
        changes = refusal.changes if isinstance(refusal, Stale) else []
        return _page(request, unit, found, ticked=ticked, refusal=refusal, changes=changes, status=409)
    messages.success(request, ngettext("已审签 %(n)d 项。", "已审签 %(n)d 项。", len(done)) % {"n": len(done)})
    return redirect("web:approvals", programme=found.pk) if approving.waiting(unit, found) else redirect("web:desk")


@login_required
@require_safe
def page(request: PageRequest, programme: int) -> HttpResponse:
    """审签单: the batch as it is printed and signed."""
    unit, found = _unit(request), _programme(request, programme)
    rows = _rows(unit, found, ticked=None)
    periods = sorted({report.period.key for row in rows for report in row.item.reports})
    return render(
        request,
        "tracker/approvals/page.html",
        {"unit": unit, "of": found, "rows": rows, "periods": periods, "why": _why(len(rows))},
    )


def _approve(request: PageRequest, programme: Programme, reports: dict[int, int]) -> list[Pledge]:
    if request.POST.get("how") != PAPER:
        return approving.approve_all(programme.pk, actor=request.actor, reports=reports, at=clock.now())
    scan = request.FILES.get("scan")
    return approving.approve_on_paper(
        programme.pk,
        actor=request.actor,
        reports=reports,
        at=clock.now(),
        filename=(scan.name or "") if scan else "",
        content=scan.read(signed_pages.LARGEST + 1) if scan else b"",
        signer=request.POST.get("signer", ""),
        signed_date=_day(request.POST.get("signed_date", "")),
    )


def _page(
    request: PageRequest,
    unit: Unit,
    programme: Programme,
    *,
    ticked: set[int] | None = None,
    faults: dict[str, Any] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    rows = _rows(unit, programme, ticked=ticked)
    known = {name: faults.get(name, "") for name in ("scan", "signer", "signed_date")} if faults else {}
    context = {
        "unit": unit,
        "of": programme,
        "rows": rows[: bulk.MOST],
        "left_out": max(len(rows) - bulk.MOST, 0),
        "why": _why(len(rows)),
        "may_approve": request.actor.has_role(Role.HEAD) or not permissions.has_head(unit),
        "faults": known,
        "general": [words_ for name, words_ in (faults or {}).items() if name not in known],
        "typed": {name: request.POST.get(name, "") for name in ("signer", "signed_date")},
        "paper_open": any(known.values()),
        **more,
    }
    return render(request, "tracker/approvals/approvals.html", context, status=status)


def _rows(unit: Unit, programme: Programme, *, ticked: set[int] | None) -> list[Row]:
    """``ticked`` None ticks every row."""
    calendar, today = calendars.current(), clock.today()
    return [
        Row(item, _values(item, calendar, today), ticked is None or item.pledge.pk in ticked)
        for item in approving.waiting(unit, programme)
    ]


def _values(item: approving.Item, calendar: Calendar, today: datetime.date) -> list[Value]:
    facts = figures.facts_of(item.pledge, calendar=calendar, today=today)
    now, before = figures.values_of(item.report), figures.values_of(item.previous)
    found = []
    for target, one in zip(item.pledge.targets.all(), facts.targets, strict=True):
        planned = figures.planned_value(facts, one, target, item.report.data_date)
        found.append(
            Value(
                figure=figures.figure_of(target, now.get(target.pk)),
                planned="" if planned is None else words.of_target(planned, target),
                change=_change(target, now, before, is_first=item.previous is None),
            )
        )
    return found


def _change(target: Target, now: dict[int, Any], before: dict[int, Any], *, is_first: bool) -> str:
    if is_first:
        return _("首次填报")
    if target.pk not in now or target.pk not in before:
        return ""
    change = now[target.pk] - before[target.pk]
    if not change:
        return _("与上次相同")
    sign = "+" if change > 0 else "−"
    return _("较上次 %(change)s") % {"change": sign + words.of_target(abs(change), target)}


def _why(count: int) -> str:
    if not count:
        return _("没有等待审签的填报。")
    return ngettext("%(n)d 项填报等待审签。", "%(n)d 项填报等待审签。", count) % {"n": count}


def _unit(request: PageRequest) -> Unit:
    actor = request.actor
    if actor.unit is None or not actor.has_role(Role.HEAD, Role.COORDINATOR):
        raise Forbidden(_("审签由牵头单位的负责人办理。"))
    return actor.unit


def _programme(request: PageRequest, pk: int) -> Programme:
    found: Programme | None = Programme.objects.visible_to(request.actor).filter(pk=pk).first()
    if found is None:
        raise Invisible()
    return found


def _seen(request: PageRequest, pk: int) -> str:
    return request.POST.get(f"seen.{pk}", "")


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) < 16


def _day(typed: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(typed)
    except ValueError:
        return None
