"""我的待办: what waits for the post one acts from, the most urgent first."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy
from django.views.decorators.http import require_safe

from config import clock
from pledges import calendars
from pledges.actors import Actor
from pledges.models import Role
from pledges.working_days import Calendar, workdays
from tracker.web.requests import PageRequest
from workflow.models import Task

PAGE = 50
SOON = datetime.timedelta(days=7)
Kind = Task.Kind

ACT_OF = {
    Kind.ASSIGN: "assign",
    Kind.SIGN: "sign",
    Kind.REPORT: "report",
    Kind.SUPPLEMENT: "report",
    Kind.REVIEW_REPORT: "accept",
    Kind.VERIFY: "verify",
}
VERBS = {
    Kind.REVIEW_MEASURES: gettext_lazy("核定"),
    Kind.ASSIGN: gettext_lazy("交办"),
    Kind.SIGN: gettext_lazy("签收"),
    Kind.REPORT: gettext_lazy("填报"),
    Kind.SUPPLEMENT: gettext_lazy("补充"),
    Kind.REVIEW_REPORT: gettext_lazy("审核"),
    Kind.VERIFY: gettext_lazy("核验"),
}
WAITING = {
    Kind.REVIEW_MEASURES: ngettext_lazy("%d 份文件待核定", "%d 份文件待核定"),
    Kind.ASSIGN: ngettext_lazy("%d 项待交办", "%d 项待交办"),
    Kind.SIGN: ngettext_lazy("%d 项待签收", "%d 项待签收"),
    Kind.REPORT: ngettext_lazy("%d 项待填报", "%d 项待填报"),
    Kind.SUPPLEMENT: ngettext_lazy("%d 项待补充", "%d 项待补充"),
    Kind.REVIEW_REPORT: ngettext_lazy("%d 项待审核", "%d 项待审核"),
    Kind.VERIFY: ngettext_lazy("%d 项待核验", "%d 项待核验"),
}


@dataclass(frozen=True)
class Row:
    """One task as a row: where it leads, what is left of its time, and whether one click does it."""

    task: Task
    address: str
    verb: Any
    left: str
    is_overdue: bool
    one_click: bool


@dataclass(frozen=True)
class Group:
    title: Any
    rows: list[Row]


@login_required
@require_safe
def desk(request: PageRequest) -> HttpResponse:
    today = clock.today()
    calendar = calendars.current()
    mine = Task.objects.open().visible_to(request.actor)
    counts = {row["kind"]: row for row in _counts(mine, today)}
    kind = request.GET.get("kind", "")
    chosen = mine.filter(kind=kind) if kind in counts else mine
    page = Paginator(chosen.for_list().order_by("due_date", "pledge__number", "pk"), PAGE).get_page(
        request.GET.get("page")
    )
    theirs = _of_unit(request.actor)
    context = {
        "why": _why(counts),
        "kinds": [
            {"kind": one, "words": WAITING[one] % counts[one]["total"], "is_chosen": one == kind}
            for one in Kind
            if one in counts
        ],
        "kind": kind if kind in counts else "",
        "page": page,
        "groups": _grouped([_row(task, today, calendar, is_mine=True) for task in page], today),
        "theirs": [_row(task, today, calendar, is_mine=False) for task in theirs[:PAGE]] if theirs is not None else [],
        "theirs_count": theirs.count() if theirs is not None else 0,
    }
    return render(request, "tracker/desk/desk.html", context)


def _counts(tasks: Any, today: datetime.date) -> Iterable[dict[str, Any]]:
    counted: Iterable[dict[str, Any]] = (
        tasks.order_by().values("kind").annotate(total=Count("pk"), late=Count("pk", filter=Q(due_date__lt=today)))
    )
    return counted


def _why(counts: dict[str, dict[str, Any]]) -> str:
    """“12 项待填报,3 项逾期”; what is most comes first."""
    parts = [WAITING[Kind(kind)] % counts[kind]["total"] for kind in sorted(counts, key=lambda k: -counts[k]["total"])]
    late = sum(row["late"] for row in counts.values())
    if late:
        parts.append(ngettext("%d 项逾期", "%d 项逾期", late) % late)
    return _(",").join(str(part) for part in parts)


def _of_unit(actor: Actor) -> Any:
    """A head sees what waits for the unit's other posts; None for everybody else."""
    if not actor.has_role(Role.HEAD):
        return None
    return (
        Task.objects.open().filter(post__unit=actor.unit).exclude(post=actor.duty).for_list().order_by("due_date", "pk")
    )


def _row(task: Task, today: datetime.date, calendar: Calendar, *, is_mine: bool) -> Row:
    pledge = task.pledge
    is_mine_to_sign = is_mine and pledge is not None and task.kind == Kind.SIGN
    return Row(
        task=task,
        address=_address(task, is_mine=is_mine),
        verb=VERBS[Kind(task.kind)],
        left=time_left(task.due_date, today, calendar),
        is_overdue=task.due_date < today,
        one_click=bool(is_mine_to_sign and pledge and pledge.person),
    )


def _address(task: Task, *, is_mine: bool) -> str:
    if task.pledge is None:
        return reverse("web:review", args=[task.document_id])
    if not is_mine:
        return reverse("web:pledge", args=[task.pledge.pk])
    act = reverse("web:act", args=[task.pledge.pk, ACT_OF[Kind(task.kind)]])
    return f"{act}?next={reverse('web:desk')}"


def time_left(due: datetime.date, today: datetime.date, calendar: Calendar) -> str:
    """What is left of the time in working days; once it is over, by how many days."""
    if due < today:
        days = (today - due).days
        return ngettext("已逾期 %d 天", "已逾期 %d 天", days) % days
    if due == today:
        return _("今天到期")
    days = workdays(today, due, calendar)
    return ngettext("还有 %d 个工作日", "还有 %d 个工作日", days) % days


def _grouped(rows: list[Row], today: datetime.date) -> list[Group]:
    def is_soon(row: Row) -> bool:
        return not row.is_overdue and row.task.due_date <= today + SOON

    groups = [
        Group(_("已逾期"), [row for row in rows if row.is_overdue]),
        Group(_("七天内到期"), [row for row in rows if is_soon(row)]),
        Group(_("以后到期"), [row for row in rows if not row.is_overdue and not is_soon(row)]),
    ]
    return [group for group in groups if group.rows]
