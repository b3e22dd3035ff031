"""任务台账: every pledge the person may see, filtered and sorted by the address."""

import datetime
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from config import clock
from pledges.models import Pledge
from tracker.web import figures, ledger_filters
from tracker.web.context import OFFICE, programme_of
from tracker.web.requests import PageRequest
from workflow import bulk

PAGE = 50
SHOWN_FIGURES = 2


@dataclass(frozen=True)
class Row:
    """A pledge and its targets; ``more`` is the number of targets that the row leaves to the pledge's page."""

    pledge: Pledge
    figures: list[figures.Figure]
    more: int


@login_required
@require_safe
def ledger(request: PageRequest) -> HttpResponse:
    today, programme = clock.today(), programme_of(request)
    everything = Pledge.objects.visible_to(request.actor).filter(programme=programme)
    choices = ledger_filters.choices_in(everything)
    filters = ledger_filters.read(request.GET, choices, actor=request.actor)
    wanted = ledger_filters.apply(everything, filters, choices, today=today)
    page = Paginator(ledger_filters.in_order(wanted.with_latest_report(), filters.sort), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "why": _why(page.paginator.count, is_filtered=filters.is_any),
        "filters": filters,
        "choices": choices,
        "none": ledger_filters.NONE,
        "chips": ledger_filters.chips(everything, filters, choices, today=today),
        "sort": filters.sort,
        "page": page,
        "may_begin": request.actor.role in OFFICE,
        "bulk_acts": bulk.offered(request.actor),
        "whole": min(page.paginator.count, bulk.MOST),
        "asked": request.GET.urlencode(),
        "rows": [_row(pledge, today) for pledge in page],
    }
    return render(request, "tracker/ledger/ledger.html", context)


def _why(count: int, *, is_filtered: bool) -> str:
    if is_filtered:
        return ngettext("筛选出 %d 项任务", "筛选出 %d 项任务", count) % count
    return ngettext("共 %d 项任务", "共 %d 项任务", count) % count


def _row(pledge: Pledge, today: datetime.date) -> Row:
    found = figures.figures_of(pledge, today=today)
    return Row(pledge=pledge, figures=found[:SHOWN_FIGURES], more=max(len(found) - SHOWN_FIGURES, 0))
