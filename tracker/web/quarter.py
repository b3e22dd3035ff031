"""季度: a period's page — its window, the figures as they stand today, what is red or yellow, who has not reported.

A closed period shows what was frozen (`tracker.web.quarter_frozen`).
"""

import datetime
from typing import Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from config import clock
from pledges.actors import Actor
from pledges.errors import Forbidden, Invisible
from pledges.models import Period, Pledge, Programme
from pledges.querysets import OWN_UNIT, WHOLE_PROGRAMME, PledgeQuerySet, shown_as
from tracker import rollups, snapshots
from tracker.exports import ledger
from tracker.web import context, instructions, quarter_frozen, rollup_cells
from tracker.web.requests import PageRequest
from tracker.web.units import groups
from workflow import period_closing

PAGE_SIZE = 50
QUARTERS = (gettext_lazy("第一季度"), gettext_lazy("第二季度"), gettext_lazy("第三季度"), gettext_lazy("第四季度"))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def latest(request: PageRequest) -> HttpResponse:
    """To the period that runs today in the programme at hand; before it the first one, after it the last."""
    _demand_reader(request.actor)
    programme = context.programme_of(request)
    periods = list(programme.periods.order_by("start_date")) if programme else []
    if not programme or not periods:
        return render(request, "tracker/quarter/empty.html")
    today = clock.today()
    running = [period for period in periods if period.start_date <= today] or periods[:1]
    return redirect("web:quarter", programme=programme.pk, period=running[-1].key)


@login_required
@require_safe
def quarter(request: PageRequest, programme: int, period: str) -> HttpResponse:
    today = clock.today()
    chosen, this = found(request.actor, programme, period)
    before, frozen = snapshots.before(this), snapshots.of(this)
    if frozen is not None:
        return _frozen_page(request, this, frozen, before)
    table = rollups.table(chosen, request.actor)
    counted = Pledge.objects.visible_to(request.actor).filter(programme=chosen).top_level()
    page = Paginator(_alight(counted, today), PAGE_SIZE).get_page(request.GET.get("page"))
    unreported = counted.filter(light_reason="unreported").select_related("lead_unit").order_by("number")
    missing = Paginator(unreported, PAGE_SIZE).get_page(1)
    total = rollup_cells.Line.of(_("合计"), table.total)
    return render(
        request,
        "tracker/quarter/page.html",
        _frame(request, this)
        | {
            "why": _window(this, today),
            "total": total,
            "figures": quarter_frozen.changes(total, before, request.actor),
            "is_compared": before is not None,
            "groups": groups(table),
            "page": page,
            "missing": missing,
            "missing_url": next(cell.url for cell in total.cells if cell.name == "unreported"),
        },
    )


def _frozen_page(
    request: PageRequest, period: Period, frozen: snapshots.Frozen, before: snapshots.Frozen | None
) -> HttpResponse:
    rows = quarter_frozen.rows(frozen, period.programme, request.actor)
    total = rollup_cells.Line.of(_("合计"), quarter_frozen.total_of(frozen, request.actor), is_frozen=True)
    page = {
        "why": quarter_frozen.stamp(frozen),
        "frozen": frozen.snapshot,
        "total": total,
        "figures": quarter_frozen.changes(total, before, request.actor),
        "is_compared": before is not None,
        "groups": quarter_frozen.groups(frozen, request.actor),
        "page": quarter_frozen.alight(rows, request.GET.get("page"), PAGE_SIZE),
        "missing": quarter_frozen.unreported(rows),
    }
    return render(request, "tracker/quarter/page.html", _frame(request, period) | page)


def _frame(request: PageRequest, period: Period) -> dict[str, Any]:
    """What the page of every period has."""
    actor, programme = request.actor, period.programme
    return {
        "programme": programme,
        "period": period,
        "instructions": instructions.block("period", period.pk, actor),
        "title": _title(programme, period),
        "periods": programme.periods.order_by("start_date"),
        "headings": rollup_cells.HEADINGS,
        "sees_closing": actor.role in WHOLE_PROGRAMME and (period.state != "open" or period.version > 1),
        "checks": period.state == "checking" and period_closing.may_answer(actor, period) is None,
    }


@login_required
@require_safe
def workbook(request: PageRequest, programme: int, period: str) -> HttpResponse:
    """The period's ledger in Excel: the rows that the reader sees, and no others."""
    chosen, this = found(request.actor, programme, period)
    content = ledger.workbook(programme=chosen, period=this, actor=request.actor, today=clock.today())
    name = f"{_title(chosen, this)}.xlsx"
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename=\"{this.key}.xlsx\"; filename*=UTF-8''{quote(name)}"
    return response


def found(actor: Actor, programme: int, period: str) -> tuple[Programme, Period]:
    _demand_reader(actor)
    chosen: Programme | None = Programme.objects.visible_to(actor).filter(pk=programme).first()
    this: Period | None = chosen.periods.filter(key=period).first() if chosen else None
    if chosen is None or this is None:
        raise Invisible()
    return chosen, this


def _demand_reader(actor: Actor) -> None:
    if actor.role not in (*WHOLE_PROGRAMME, *OWN_UNIT):
        raise Forbidden(_("您的岗位不查看任务事项的情况。"))


def _alight(counted: PledgeQuerySet, today: datetime.date) -> PledgeQuerySet:
    """What is red or yellow, the worst first; what was not reported has a list of its own."""
    return counted.attention(today).filter(shown_as("red", "yellow")).select_related("lead_unit")


def _title(programme: Programme, period: Period) -> str:
    return _("%(government)s%(year)d年%(quarter)s任务台账") % {
        "government": programme.government,
        "year": programme.year,
        "quarter": QUARTERS[period.quarter - 1],
    }


def _window(period: Period, today: datetime.date) -> str:
    """Where the day stands to the reporting window."""
    days: dict[str, Any] = {"opens": period.opens_date.isoformat(), "closes": period.closes_date.isoformat()}
    if today < period.opens_date:
        return _("填报窗口 %(opens)s 开始,%(closes)s 24:00 截止。") % days
    if today <= period.closes_date:
        return _("正在填报,%(closes)s 24:00 截止。") % days
    return _("填报窗口已于 %(closes)s 截止。") % days
