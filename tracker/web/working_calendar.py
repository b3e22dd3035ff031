"""工作日历: the days that differ from their weekday, year by year, for the system administrator."""

import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from config import clock
from pledges.errors import BadInput
from pledges.models import WorkingDay
from tracker.web import organisation_forms as forms
from tracker.web.fields import Field
from tracker.web.requests import PageRequest
from workflow import calendar_edits

WORKS = {"works": True, "rests": False, "weekday": None}
CONFIRM = "confirm"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: PageRequest) -> HttpResponse:
    forms.demand_administrator(request.actor)
    year = _year(request)
    fields = [
        Field("day", _("日期"), "date", True, value=f"{year}-01-01" if year != clock.today().year else ""),
        Field("works", _("这一天"), "radios", True, value="rests", options=_kinds()),
        Field("note", _("说明"), "text", hint=_("如“国庆节”“调休上班”。")),
    ]
    if request.method == "POST":
        try:
            told, shown = _act(request, year)
        except BadInput as refusal:
            return _page(request, year, fields, forms.typed_in(request, fields), refusal.fields)
        messages.success(request, told)
        return redirect(f"{reverse('web:calendar')}?year={shown}")
    return _page(request, year, fields, {}, {})


def _act(request: PageRequest, year: int) -> tuple[str, int]:
    by: dict[str, Any] = {"actor": request.actor, "at": clock.now()}
    if request.POST.get("step") == CONFIRM:
        calendar_edits.confirm_year(year, **by)
        return _("%(year)d 年的日历已确认。") % {"year": year}, year
    chosen = request.POST.get("works", "")
    if chosen not in WORKS:
        raise BadInput({"works": _("请选择上班、休息或按星期。")})
    try:
        day = datetime.date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        raise BadInput({"day": _("请填写日期。")}) from None
    calendar_edits.set_day(day, works=WORKS[chosen], note=request.POST.get("note", ""), **by)
    return _("%(day)s 已改为:%(kind)s。") % {"day": day, "kind": dict(_kinds())[chosen]}, day.year


def _page(
    request: PageRequest, year: int, fields: list[Field], typed: dict[str, str], faults: dict[str, Any]
) -> HttpResponse:
    rows = list(WorkingDay.objects.filter(day__year=year))
    known = sorted({day.year for day in WorkingDay.objects.dates("day", "year")} | {year, clock.today().year + 1})
    provisional = sum(row.provisional for row in rows)
    return forms.page(
        request,
        title=_("工作日历"),
        why=_why(year, len(rows), provisional),
        fields=fields,
        button=_("保存"),
        back=reverse("web:organisation"),
        typed=typed,
        faults=faults,
        template="tracker/organisation/calendar.html",
        year=year,
        years=known,
        rows=rows,
        provisional=provisional,
    )


def _why(year: int, rows: int, provisional: int) -> str:
    if not rows:
        return _("%(year)d 年还没有填入,按周一至周五上班计算。") % {"year": year}
    told = ngettext("%(year)d 年有 %(n)d 天与星期不同", "%(year)d 年有 %(n)d 天与星期不同", rows)
    more = _(",其中 %(n)d 天暂定,待国务院办公厅通知公布后核对。") % {"n": provisional} if provisional else _("。")
    return told % {"year": year, "n": rows} + more


def _year(request: PageRequest) -> int:
    """The year of the address or of the form; today's for anything else."""
    asked = request.GET.get("year", "") or request.POST.get("year", "")
    first, last = calendar_edits.YEARS
    return int(asked) if forms.is_number(asked) and first <= int(asked) <= last else clock.today().year


def _kinds() -> list[tuple[str, Any]]:
    return [("works", _("上班")), ("rests", _("休息")), ("weekday", _("按星期"))]
