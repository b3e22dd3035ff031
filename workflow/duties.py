"""Which tasks a pledge's facts demand, and whether those are the tasks that are open: nothing waits for nobody.

Asked by `manage.py verify_tasks`, every night and at each worker's start. Requests, sheets and instructions hold their
own tasks; here stand those of the pledge itself.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F, Q

from config.progress import Watch, unwatched
from pledges import calendars
from pledges.actors import SYSTEM
from pledges.models import Period, Pledge, Post, Report, State
from pledges.working_days import add_workdays
from workflow import assignees, audit, list_tasks
from workflow.context import day_of
from workflow.models import Proposal, Task

Kind = Task.Kind
RESTORE_IN = 3  # working days for a task that was found missing
TO_WHOM = {
    **assignees.OF_LEAD_UNIT,
    Kind.ASSIGN: assignees.director,
    Kind.VERIFY: assignees.director,
    Kind.REOPEN: assignees.director,
    Kind.CHECK_SUSPENSION: assignees.supervisor,
    Kind.APPROVE: assignees.head,
}
# May be open although the facts do not say so: somebody asked for it, or the window is still to come.
MAY: dict[str, frozenset[str]] = {
    State.DRAFT: frozenset(),
    State.ASSIGNED: frozenset({Kind.ANSWER_URGE}),
    State.IN_PROGRESS: frozenset({Kind.ANSWER_URGE, Kind.SUPPLEMENT}),
    State.CLAIMED: frozenset(),
    State.SUSPENDED: frozenset(),
    State.CLOSED: frozenset({Kind.RECHECK}),
    State.WITHDRAWN: frozenset(),
}


@dataclass(frozen=True)
class Fault:
    """One task too few, too many, or held by nobody."""

    pledge: Pledge | None
    kind: str
    why: str
    post: Post | None = None

    def __str__(self) -> str:
        about = self.pledge.number if self.pledge else "list"
        return f"{about} {self.kind}: {self.why}" + (f" ({self.post})" if self.post else "")


MISSING, EXTRA, UNHELD = "missing", "not demanded", "held by nobody"


@dataclass(frozen=True)
class _Facts:
    """What is open and what waits, of every pledge at once."""

    tasks: dict[int, set[str]]
    lists: set[tuple[str, int, int]]
    submitted: set[int]
    approved: set[int]
    proposals: dict[int, set[str]]
    reported: set[tuple[int, int]]
    running: dict[int, Period]
    due: dict[int, Period] = field(default_factory=dict)


def faults(*, at: datetime.datetime, watch: Watch = unwatched) -> Iterator[Fault]:
    """Every difference between what is demanded and what is open, in a fixed number of queries a thousand pledges."""
    today = day_of(at)
    facts = _gather(today)
    pledges = Pledge.objects.select_related("lead_unit").order_by("pk")
    for pledge in watch(pledges.iterator(chunk_size=1000), pledges.count):
        yield from _of(pledge, facts)
    for task in Task.objects.open().reminding_nobody(today).select_related("pledge", "post__unit").iterator():
        yield Fault(task.pledge, task.kind, UNHELD, task.post)


def _of(pledge: Pledge, facts: _Facts) -> Iterator[Fault]:
    must, may = _demanded(pledge, facts)
    found = facts.tasks.get(pledge.pk, set())
    for kind in sorted(must - found):
        if (kind, pledge.programme_id, pledge.lead_unit_id) not in facts.lists:
            yield Fault(pledge, kind, MISSING)
    for kind in sorted(found - must - may):
        yield Fault(pledge, kind, EXTRA)


def _demanded(pledge: Pledge, facts: _Facts) -> tuple[set[str], set[str]]:
    must: set[str] = set()
    may: set[str] = set(MAY[pledge.state])
    proposals = facts.proposals.get(pledge.pk, set())
    if pledge.state == State.DRAFT:
        must.add(Kind.ASSIGN)
    elif pledge.state == State.ASSIGNED:
        signs_list = (Kind.SIGN_LIST, pledge.programme_id, pledge.lead_unit_id) in facts.lists
        (may if signs_list else must).add(Kind.SIGN)
    elif pledge.state == State.SUSPENDED:
        must.add(Kind.CHECK_SUSPENSION)
    elif pledge.state == State.CLOSED and pledge.recheck_held is False:
        must.add(Kind.REOPEN)
    if pledge.state == State.CLAIMED:
        must.add(Kind.VERIFY if Proposal.Act.VERIFY in proposals else Kind.DRAFT_VERIFICATION)
    if pledge.state == State.IN_PROGRESS:
        _demand_report(pledge, facts, must, may)
        if Proposal.Act.CLAIM in proposals:
            must.add(Kind.APPROVE_CLAIM)
    if pledge.state in (State.IN_PROGRESS, State.CLAIMED):
        must |= {Kind.REVIEW_REPORT} if pledge.pk in facts.approved else set()
        must |= {Kind.APPROVE} if pledge.pk in facts.submitted else set()
    return must, may


def _demand_report(pledge: Pledge, facts: _Facts, must: set[str], may: set[str]) -> None:
    running, due = facts.running.get(pledge.programme_id), facts.due.get(pledge.programme_id)
    if running and (pledge.pk, running.pk) not in facts.reported:
        has_supplement = Kind.SUPPLEMENT in facts.tasks.get(pledge.pk, set())  # that is the period's report
        (may if has_supplement else must).add(Kind.REPORT)
    elif due is None or (pledge.pk, due.pk) not in facts.reported:
        may.add(Kind.REPORT)  # after the year's last window a late report is asked for still


def _gather(today: datetime.date, pledge: Pledge | None = None) -> _Facts:
    about = Q() if pledge is None else Q(pledge=pledge)
    tasks: dict[int, set[str]] = defaultdict(set)
    own = Task.objects.open().filter(about, pledge__isnull=False, request=None, instruction=None, sheet=None)
    for pledge_id, kind in own.order_by().values_list("pledge", "kind"):
        tasks[pledge_id].add(kind)
    proposals: dict[int, set[str]] = defaultdict(set)
    for pledge_id, act in Proposal.objects.filter(about, closed_at__isnull=True).values_list("pledge", "act"):
        proposals[pledge_id].add(act)
    # A window's tasks are opened in the course of its first day.
    running = {
        period.programme_id: period
        for period in Period.objects.filter(opens_date__lt=today, closes_date__gte=today).order_by("start_date")
    }
    due: dict[int, Period] = {}
    for period in Period.objects.filter(closes_date__gte=today).order_by("start_date"):
        due.setdefault(period.programme_id, period)
    concerned = [period.pk for period in (*running.values(), *due.values())]
    return _Facts(
        tasks=tasks,
        lists=set(
            Task.objects.open()
            .filter(programme__isnull=False, pledge=None)
            .values_list("kind", "programme", "post__unit")
        ),
        submitted=set(Report.objects.waiting("submitted").filter(about).values_list("pledge", flat=True)),
        approved=set(Report.objects.waiting("approved").filter(about).values_list("pledge", flat=True)),
        proposals=proposals,
        reported=set(Report.objects.standing().filter(about, period__in=concerned).values_list("pledge", "period")),
        running=running,
        due=due,
    )


def restore(*, at: datetime.datetime) -> list[Fault]:
    """Open what is missing and close what is not demanded; each pledge's stream says so. Returns what was found.

    Each is judged anew under the pledge's lock: somebody may have acted since, or the job may run twice at once.
    """
    found = list(faults(at=at))
    due_date = add_workdays(day_of(at), RESTORE_IN, calendars.current())
    for fault in found:
        if fault.why != UNHELD and fault.pledge is not None:
            with transaction.atomic():
                _restore(fault, fault.pledge.pk, due_date, at)
    return found


def _restore(fault: Fault, pledge_id: int, due_date: datetime.date, at: datetime.datetime) -> None:
    pledge = Pledge.objects.select_related("lead_unit").select_for_update(of=("self",)).get(pk=pledge_id)
    if fault not in _of(pledge, _gather(day_of(at), pledge)):
        return
    own = Task.objects.open().filter(pledge=pledge, kind=fault.kind, request=None, instruction=None, sheet=None)
    if fault.why == EXTRA:
        own.update(closed_at=at)
    else:
        subject = {"programme": pledge.programme} if fault.kind in list_tasks.WAITING else {"pledge": pledge}
        Task.objects.get_or_create(
            kind=fault.kind,
            post=TO_WHOM[Kind(fault.kind)](pledge),
            closed_at=None,
            **subject,
            defaults={"due_date": due_date, "opened_at": at, "period": _period(fault.kind, pledge, at)},
        )
    audit.append(
        stream=audit.stream_of(pledge),
        action="restore_task",
        actor=SYSTEM,
        at=at,
        payload={"input": {"kind": fault.kind, "why": fault.why}, "version": pledge.version},
    )


def _period(kind: str, pledge: Pledge, at: datetime.datetime) -> Period | None:
    if kind != Kind.REPORT:
        return None
    period: Period | None = (
        pledge.programme.periods.filter(closes_date__gte=day_of(at)).order_by(F("start_date")).first()
    )
    return period
