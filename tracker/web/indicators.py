"""统计指标: the grid of published figures, one indicator's history, and the form on which a figure is entered."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from pledges.data_periods import YEARS, DataPeriod
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Figure, Indicator, QuantityKind
from pledges.querysets import INFORMED
from tracker import figure_table, words
from tracker.web import organisation_forms as forms
from tracker.web.fields import Field
from tracker.web.requests import PageRequest
from workflow import indicators as service
from workflow import permissions

PLAN, ENTER, REVISE = "plan", "enter", "revise"
SCALES = {1: "", **words.SCALES}


@login_required
@require_safe
def indicators(request: PageRequest) -> HttpResponse:
    today = clock.today()
    every = list(_visible(request).prefetch_related("figures"))
    year = _year(request, today)
    periods = figure_table.columns(every, year)
    lines = figure_table.lines(every, periods, actor=request.actor, today=today)
    waiting = sum(1 for line in lines for cell in line.cells if _is_due(line.indicator, cell, today))
    context = {
        "why": _why(len(every), waiting),
        "year": year,
        "years": sorted({*figure_table.years(every, today), year}),
        "periods": periods,
        "lines": lines,
        "may_enter": _may_enter(request),
    }
    return render(request, "tracker/indicators/grid.html", context)


def _is_due(indicator: Indicator, cell: figure_table.Cell, today: datetime.date) -> bool:
    """Planned to be out by now, and not entered."""
    awaited = cell.awaited
    return indicator.is_active and awaited is not None and not awaited.is_entered and awaited.release_date <= today


def _why(count: int, waiting: int) -> str:
    if not count:
        return _("还没有指标。")
    told = ngettext("%(n)d 个指标", "%(n)d 个指标", count) % {"n": count}
    if not waiting:
        return _("%(told)s,到发布日期的数据都已录入。") % {"told": told}
    due = ngettext("%(n)d 项到了发布日期还没有录入", "%(n)d 项到了发布日期还没有录入", waiting) % {"n": waiting}
    return f"{told},{due}。"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest) -> HttpResponse:
    _demand_statistician(request)
    kinds = [(str(kind.value), kind.label) for kind in QuantityKind]
    scales = [(str(scale), label or _("个(不缩放)")) for scale, label in SCALES.items()]
    fields = [
        Field("name", _("指标名称"), "text", True, hint=_("如“地区生产总值”“社会消费品零售总额”。")),
        Field("unit", _("单位"), "text", True, hint=_("基本单位,如“元”“户”“%”。")),
        Field("scale", _("按什么填写"), "radios", True, value="1", options=scales),
        Field("quantity_kind", _("量的种类"), "radios", True, value="amount", options=kinds),
        Field("publisher", _("发布单位"), "text", True),
    ]
    back = reverse("web:indicators")
    typed: dict[str, str] = {}
    faults: Mapping[str, Any] = {}
    if request.method == "POST":
        typed = forms.typed_in(request, fields)
        try:
            made = service.add(actor=request.actor, payload=typed, at=clock.now())
        except BadInput as refusal:
            faults = refusal.fields
        else:
            messages.success(request, _("指标“%(name)s”已设立。") % {"name": made.name})
            return redirect("web:indicator", pk=made.pk)
    why = _("同一个数只录入一次,所有用到它的目标都取这里的数。")
    return forms.page(
        request, title=_("设立指标"), why=why, fields=fields, button=_("设立"), back=back, typed=typed, faults=faults
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def indicator(request: PageRequest, pk: int) -> HttpResponse:
    """History: every data period with all its revisions, and the targets that use the indicator."""
    found = _found(request, pk)
    if request.method == "POST":
        service.set_active(pk, actor=request.actor, is_active=request.POST.get("active") == "on", at=clock.now())
        return redirect("web:indicator", pk=pk)
    today = clock.today()
    rows = list(
        found.figures.select_related("entered_by", "post__unit").order_by("-end_date", "start_date", "-revision")
    )
    context = {
        "indicator": found,
        "unit": figure_table.unit_of(found),
        "rows": [_told(found, row, request, today) for row in rows],
        "targets": _targets(found),
        "may_enter": _may_enter(request),
        "choices": [DataPeriod(year=today.year, last=month, first=1) for month in range(1, 13)],
    }
    return render(request, "tracker/indicators/indicator.html", context)


def _told(found: Indicator, row: Figure, request: PageRequest, today: datetime.date) -> dict[str, Any]:
    is_out = row.release_date <= today
    is_open = row.is_entered and (is_out or figure_table.may_see_ahead(request.actor))
    return {
        "figure": row,
        "period": DataPeriod.of(row.start_date, row.end_date),
        "is_out": is_out and row.is_entered,
        "is_open": is_open,
        "value": figure_table.amount(row.value, found) if is_open else "",
        "year_on_year": figure_table.percent(row.year_on_year) if is_open else "",
        "rank": figure_table.rank(row) if is_open else "",
    }


def _targets(found: Indicator) -> list[str]:
    """Names alone: who keeps figures sees nothing else of an item."""
    return [
        _("%(target)s(%(year)d年度,用%(number)s)")
        % {"target": words.goal(target), "year": target.pledge.programme.year, "number": target.get_uses_display()}
        for target in found.targets.select_related("pledge__programme").order_by("-pledge__programme__year", "pk")
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def figure(request: PageRequest, pk: int, period: str) -> HttpResponse:
    """``step`` names the button: plan the release day, enter, or revise."""
    found = _found(request, pk)
    _demand_statistician(request)
    try:
        asked = DataPeriod.parse(period)
    except ValueError:
        raise Invisible() from None
    typed: dict[str, str] = {}
    faults: Mapping[str, Any] = {}
    refused: Stale | WrongState | None = None
    if request.method == "POST":
        typed = {name: str(value).strip() for name, value in request.POST.items()}
        try:
            told = _act(found, asked, request, typed)
        except BadInput as refusal:
            faults = refusal.fields
        except (Stale, WrongState) as refusal:
            refused = refusal
        else:
            messages.success(request, told)
            return redirect(f"{reverse('web:indicators')}?year={asked.year}")
    return _form(request, found, asked, typed, faults, refused)


def _act(found: Indicator, asked: DataPeriod, request: PageRequest, typed: dict[str, str]) -> str:
    payload: dict[str, Any] = {**typed, "period": asked.key}
    by: dict[str, Any] = {"actor": request.actor, "at": clock.now()}
    told = {"name": found.name, "period": asked.full_label}
    step = typed.get("step", "")
    if step == PLAN:
        service.plan_release(found.pk, payload=payload, **by)
        return _("%(name)s %(period)s的发布日期已安排。") % told
    if step == REVISE:
        revision = typed.get("revision", "")
        service.revise(found.pk, payload=payload, revision=int(revision) if forms.is_number(revision) else None, **by)
        return _("%(name)s %(period)s的数据已修订。") % told
    service.enter(found.pk, payload=payload, **by)
    return _("%(name)s %(period)s的数据已录入。") % told


def _form(
    request: PageRequest,
    found: Indicator,
    asked: DataPeriod,
    typed: dict[str, str],
    faults: Mapping[str, Any],
    refused: Stale | WrongState | None,
) -> HttpResponse:
    rows = found.figures.filter(start_date=asked.start_date, end_date=asked.end_date).order_by("-revision")
    newest: Figure | None = rows.first()
    is_revision = newest is not None and newest.is_entered
    is_over = asked.end_date < clock.today()
    fields = _boxes(found, newest, is_over=is_over, is_revision=is_revision)
    return forms.page(
        request,
        title=f"{found.name} · {asked.full_label}",
        why=_reason(asked, newest),
        fields=fields,
        button="",
        back=f"{reverse('web:indicators')}?year={asked.year}",
        typed=typed,
        faults=faults,
        template="tracker/indicators/figure.html",
        status=409 if refused else None,
        indicator=found,
        newest=newest,
        is_revision=is_revision,
        is_over=is_over,
        refusal=refused,
        changes=refused.changes if isinstance(refused, Stale) else [],
    )


def _boxes(found: Indicator, newest: Figure | None, *, is_over: bool, is_revision: bool) -> list[Field]:
    def kept(name: str) -> str:
        value = getattr(newest, name, None)
        return "" if value is None else str(value)

    def number(name: str, scale: int) -> str:
        value = getattr(newest, name, None)
        return "" if value is None else words.number(value, scale)

    release = Field("release_date", _("发布日期"), "date", True, value=kept("release_date"))
    if not is_over:
        return [release]
    last = _("现为 %(value)s") if is_revision else _("如无,不填")
    boxes = [
        Field(
            "value", _("数值"), "number", value=number("value", found.scale), unit=figure_table.unit_of(found),
            last=last % {"value": figure_table.amount(newest.value, found) or "—"} if is_revision and newest else last,
        ),
        Field(
            "year_on_year", _("同比"), "number", value=number("year_on_year", 1), unit=figure_table.PERCENT,
            last=last % {"value": figure_table.percent(newest.year_on_year) or "—"} if is_revision and newest else last,
            hint=_("照发布的数填写,下降填负数。"),
        ),
        Field("rank", _("位次"), "text", value=kept("rank")),
        Field("rank_of", _("参加排位数"), "text", value=kept("rank_of")),
        Field("stage", _("阶段"), "radios", True, value=kept("stage") or "provisional", options=_stages()),
        release,
    ]  # fmt: skip
    if is_revision:
        boxes[-1] = Field("release_date", _("修订数的发布日期"), "date", value="", hint=_("不填为今天。"))
        boxes.append(Field("reason", _("修订原因"), "area", True))
    return boxes


def _reason(asked: DataPeriod, newest: Figure | None) -> str:
    if newest is not None and newest.is_entered:
        return _("这一期已有数据;修订另存一版,原来的数和已结账的期都不改动。")
    if asked.end_date >= clock.today():
        return _("数据期还没有结束,先安排发布日期。")
    return _("录入后,用到这个指标的目标从发布日期起按这个数亮灯。")


def _stages() -> list[tuple[str, Any]]:
    return [(str(stage.value), stage.label) for stage in Figure.Stage]


def _may_enter(request: PageRequest) -> bool:
    return permissions.may_keep_indicators(request.actor) is None


def _demand_statistician(request: PageRequest) -> None:
    reason = permissions.may_keep_indicators(request.actor)
    if reason is not None:
        raise Forbidden(reason)


def _visible(request: PageRequest) -> QuerySet[Indicator]:
    if request.actor.role not in INFORMED:
        raise Forbidden(_("统计指标由督查室、市领导和统计数据员查看;事项所用的数据见事项页。"))
    found: QuerySet[Indicator] = Indicator.objects.visible_to(request.actor)
    return found


def _found(request: PageRequest, pk: int) -> Indicator:
    found: Indicator | None = Indicator.objects.visible_to(request.actor).filter(pk=pk).first()
    if found is None:
        raise Invisible()
    return found


def _year(request: PageRequest, today: datetime.date) -> int:
    asked = request.GET.get("year", "")
    return int(asked) if forms.is_number(asked) and YEARS[0] <= int(asked) <= YEARS[1] else today.year
