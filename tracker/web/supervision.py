"""督办: what is wrong, the worst first, with the numbers that say so and the person to ask."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from config import clock
from pledges import standing
from pledges.errors import Forbidden
from pledges.models import Pledge, Post, Role, Unit
from pledges.querysets import WHOLE_PROGRAMME, PledgeQuerySet
from tracker.web import context
from tracker.web.requests import PageRequest
from tracker.web.sheets import tabs
from workflow import urging

PAGE_SIZE = 50

# The kinds in the order of urgency; the numbers are those of `PledgeQuerySet.attention`. Each pledge is of one kind.
KINDS: dict[str, tuple[int, Any]] = {
    "overdue": (0, gettext_lazy("逾期")),
    "red": (1, gettext_lazy("其他红灯")),
    "unreported": (2, gettext_lazy("未报送")),
    "yellow": (3, gettext_lazy("其他黄灯")),
}


@login_required
@require_safe
def supervision(request: PageRequest) -> HttpResponse:
    """The programme's overdue, red, unreported and yellow pledges. ``kind`` and ``unit`` filter them."""
    if request.actor.role not in WHOLE_PROGRAMME:
        raise Forbidden(_("督办页汇总全部单位的事项,供督查室、市领导和审计使用;本单位的事项在任务台账中。"))
    today = clock.today()
    programme = context.programme_of(request)
    wanting: PledgeQuerySet = Pledge.objects.visible_to(request.actor).filter(programme=programme).attention(today)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    units = _units(wanting)
    unit = next((one["pk"] for one in units if str(one["pk"]) == request.GET.get("unit")), None)
    counts = _counts(wanting)
    of_unit = wanting.filter(lead_unit=unit) if unit else wanting
    found = of_unit.filter(attention_order=KINDS[kind][0]) if kind else of_unit
    page = Paginator(found.with_latest_report().prefetch_related(_coordinators()), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    chip_counts = _counts(of_unit) if unit else counts
    return render(
        request,
        "tracker/supervision/page.html",
        {
            "programme": programme,
            "tabs": tabs(request.actor, "supervision"),
            "why": _why(counts),
            "chips": _chips(chip_counts, kind, unit),
            "kind": kind,
            "units": units,
            "unit": unit,
            "page": page,
            "rows": [_row(pledge, today) for pledge in page],
            "call_list": urging.call_list(found.select_related("lead_unit"), today=today),
            "query": urlencode({name: value for name, value in (("kind", kind), ("unit", unit)) if value}),
        },
    )


def _coordinators() -> Prefetch:
    posts = Post.objects.filter(role=Role.COORDINATOR, is_active=True, holder__isnull=False)
    return Prefetch("lead_unit__posts", queryset=posts.select_related("holder"), to_attr="coordinators")


def _units(wanting: PledgeQuerySet) -> list[dict[str, Any]]:
    """The units that lead any of it, in their order, with how many."""
    counts = dict(wanting.order_by().values_list("lead_unit").annotate(count=Count("pk")))
    units = Unit.objects.filter(pk__in=[pk for pk in counts if pk]).order_by("position", "pk")
    return [{"pk": unit.pk, "name": str(unit), "count": counts[unit.pk]} for unit in units]


def _counts(wanting: PledgeQuerySet) -> dict[str, int]:
    rows = wanting.order_by().values_list("attention_order").annotate(count=Count("pk"))
    by_order: dict[int, int] = dict(rows)
    return {kind: by_order.get(order, 0) for kind, (order, _label) in KINDS.items()}


def _why(counts: dict[str, int]) -> str:
    if not any(counts.values()):
        return _("没有逾期、亮灯或未报送的事项。")
    return _("逾期 %(overdue)d 项,其他红灯 %(red)d 项,未报送 %(unreported)d 项,其他黄灯 %(yellow)d 项。") % counts


def _chips(counts: dict[str, int], chosen: str, unit: int | None) -> list[dict[str, Any]]:
    """One chip a kind, and 全部 in front; each keeps the unit."""
    labelled = [("", _("全部"), sum(counts.values()))]
    labelled += [(kind, str(label), counts[kind]) for kind, (_order, label) in KINDS.items()]
    return [
        {
            "label": label,
            "count": count,
            "url": "?" + urlencode({name: value for name, value in (("kind", kind), ("unit", unit)) if value}),
            "is_on": kind == chosen,
        }
        for kind, label, count in labelled
    ]


def _row(pledge: Pledge, today: datetime.date) -> dict[str, Any]:
    late = (today - pledge.due_date).days if pledge.light_reason == "overdue" and pledge.due_date else 0
    return {
        "pledge": pledge,
        "days_overdue": late,
        "report": standing.newest_report(pledge),
        "coordinators": _names(pledge),
    }


def _names(pledge: Pledge) -> str:
    """Who reports for the lead unit, as `_coordinators` has fetched them."""
    posts: list[Post] = getattr(pledge.lead_unit, "coordinators", [])
    return "、".join(post.holder.name for post in posts if post.holder)
