"""我的待办: what waits for the post one acts from, the most urgent first."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from config import clock
from pledges import calendars
from pledges.actors import Actor
from pledges.models import Role
from pledges.working_days import Calendar, workdays
from tracker.web.desk_words import VERBS, WAITING
from tracker.web.requests import PageRequest
from workflow import erasure
from workflow.models import Task

PAGE = 50
SOON = datetime.timedelta(days=7)
Kind = Task.Kind

# Kinds whose task is done on the page of an act.
ACT_OF = {
    Kind.ASSIGN: "assign",
    Kind.SIGN: "sign",
    Kind.REPORT: "report",
    Kind.SUPPLEMENT: "report",
    Kind.REVIEW_REPORT: "accept",
    Kind.ANSWER_URGE: "answer_urge",
    Kind.APPROVE_CLAIM: "claim",
    Kind.DRAFT_VERIFICATION: "draft_verification",
    Kind.VERIFY: "verify",
    Kind.RECHECK: "recheck",
    Kind.REOPEN: "reopen",
}


def _of_period(name: str, task: Task) -> str:
    return reverse(name, args=[task.programme_id, task.period.key if task.period else ""])


# Kinds that have a page of their own: where each task leads. A kind that stands in neither leads to what it is about.
ADDRESSES: dict[Task.Kind, Callable[[Task], str]] = {
    Kind.REVIEW_MEASURES: lambda task: reverse("web:review", args=[task.document_id]),
    Kind.CONSULT: lambda task: reverse("web:programme-answers", args=[task.programme_id]),
    Kind.SETTLE_ANSWERS: lambda task: reverse("web:programme-settle", args=[task.programme_id]),
    Kind.SIGN_LIST: lambda task: reverse("web:programme-sign", args=[task.programme_id]),
    Kind.APPROVE: lambda task: reverse("web:approvals", args=[task.programme_id]),
    Kind.DECIDE_REQUEST: lambda task: reverse("web:request", args=[task.request_id]),
    Kind.ISSUE_SHEETS: lambda task: f"{reverse('web:sheets-proposed')}?programme={task.programme_id}",
    Kind.ANSWER_SHEET: lambda task: reverse("web:sheet", args=[task.sheet_id]),
    Kind.JUDGE_SHEET: lambda task: reverse("web:sheet", args=[task.sheet_id]),
    Kind.CHECK_FIGURES: lambda task: _of_period("web:period-check", task),
    Kind.SETTLE_OBJECTIONS: lambda task: _of_period("web:period-closing", task),
    Kind.CLOSE_PERIOD: lambda task: _of_period("web:period-closing", task),
    Kind.ACT_ON_INSTRUCTION: lambda task: reverse("web:instruction", args=[task.instruction_id]),
}


@dataclass(frozen=True)
class Row:
    """One task as a row: where it leads, what is left of its time, and whether one click does it."""

    task: Task
    title: Any
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
        "approvals": _approvals_of_unit(request.actor),
        "erasures": erasure.waiting_for(request.actor),
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


def _approvals_of_unit(actor: Actor) -> list[Task]:
    """A coordinator records what the head has signed on paper."""
    if not actor.has_role(Role.COORDINATOR):
        return []
    waiting = Task.objects.open().filter(post__unit=actor.unit, kind=Kind.APPROVE).exclude(post=actor.duty)
    return list(waiting.select_related("programme").order_by("due_date", "pk"))


def _row(task: Task, today: datetime.date, calendar: Calendar, *, is_mine: bool) -> Row:
    pledge = task.pledge
    is_mine_to_sign = is_mine and pledge is not None and task.kind == Kind.SIGN
    return Row(
        task=task,
        title=title_of(task),
        address=_address(task, is_mine=is_mine),
        verb=VERBS[Kind(task.kind)],
        left=time_left(task.due_date, today, calendar),
        is_overdue=task.due_date < today,
        one_click=bool(is_mine_to_sign and pledge and pledge.person),
    )


def _address(task: Task, *, is_mine: bool) -> str:
    kind = Kind(task.kind)
    if is_mine and kind in ADDRESSES:
        return ADDRESSES[kind](task)
    if is_mine and task.pledge_id is not None and kind in ACT_OF:
        act = reverse("web:act", args=[task.pledge_id, ACT_OF[kind]])
        return f"{act}?next={reverse('web:desk')}"
    return _subject(task)


def _subject(task: Task) -> str:
    """The page of what a task is about; of a whole list the ledger."""
    if task.request_id is not None:  # a unit may be asked about a pledge that it does not see
        return reverse("web:request", args=[task.request_id])
    if task.pledge_id is not None:
        return reverse("web:pledge", args=[task.pledge_id])
    if task.document_id is not None:
        return reverse("web:review", args=[task.document_id])
    if task.sheet_id is not None:
        return reverse("web:sheet", args=[task.sheet_id])
    if task.instruction_id is not None:
        return reverse("web:instruction", args=[task.instruction_id])
    return f"{reverse('web:ledger')}?programme={task.programme_id}" if task.programme_id else reverse("web:ledger")


def title_of(task: Task) -> Any:
    """What a task is about, in a few words."""
    for subject in (task.pledge, task.document, task.programme):
        if subject is not None:
            return subject.title
    if task.sheet is not None:
        return f"{task.sheet.unit} {task.sheet.number}"
    return task.instruction.words[:40] if task.instruction is not None else ""


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
