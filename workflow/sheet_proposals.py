"""拟发单清单: once a week, which items a yellow or a red sheet is proposed for. Nothing is issued by itself."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction

from pledges import calendars, paces
from pledges.actors import SYSTEM
from pledges.completion import Reason as LightReason
from pledges.models import Pledge, Programme, State
from pledges.working_days import Calendar, is_working
from workflow import audit, sheet_manners
from workflow.context import day_of
from workflow.models import Event, SheetRow, Task
from workflow.sheet_manners import ASKED, Colour, Status

Reason = SheetRow.Reason
ACT = "propose_sheets"


@dataclass(frozen=True)
class Found:
    """An item that a sheet is proposed for, and why. ``finding`` goes to print as it stands, so it is Chinese."""

    pledge: Pledge
    colour: str
    reason: str
    finding: str


def propose(*, at: datetime.datetime) -> int:
    """Add what this week brings to the proposed sheets, one a unit and colour; returns how many items are new.

    The first working day of the week does it, and no other: what the director has dropped comes back next week at the
    earliest. An item on a sheet of the same colour that is not over yet is passed over.
    """
    today, calendar, added = day_of(at), calendars.current(), 0
    if not is_working(today, calendar):
        return 0
    with_items = Programme.objects.filter(pledges__state__in=ASKED).distinct().order_by("pk")
    for programme_id in with_items.values_list("pk", flat=True):
        with transaction.atomic():
            programme = sheet_manners.lock_programme(programme_id)
            if not _is_done_this_week(programme, today):
                added += _propose(programme, calendar=calendar, at=at)
    return added


def _is_done_this_week(programme: Programme, today: datetime.date) -> bool:
    last = Event.objects.filter(stream__name=audit.stream_of(programme), action=ACT).order_by("-sequence").first()
    return last is not None and day_of(last.at).isocalendar()[:2] == today.isocalendar()[:2]


def _propose(programme: Programme, *, calendar: Calendar, at: datetime.datetime) -> int:
    found = list(due(programme, calendar=calendar, today=day_of(at)))
    for one in found:
        if one.pledge.lead_unit is None:
            continue
        sheet = sheet_manners.proposed(programme, one.pledge.lead_unit, one.colour, at=at)
        SheetRow.objects.create(sheet=sheet, pledge=one.pledge, reason=one.reason, finding=one.finding[:300])
        sheet_manners.save(sheet)
        sheet_manners.record(
            "propose_sheet",
            sheet,
            actor=SYSTEM,
            at=at,
            pledge=one.pledge,
            reason_code=one.reason,
            words=f"{one.pledge.number} {one.finding}",
        )
    audit.append(
        stream=audit.stream_of(programme), action=ACT, actor=SYSTEM, at=at, payload={"input": {"items": len(found)}}
    )
    return len(found)


def due(programme: Programme, *, calendar: Calendar, today: datetime.date) -> Iterator[Found]:
    """What a sheet is to be proposed for on a day: first what is red, then what is yellow.

    Red: overdue, or on a yellow sheet that was not answered by its day. Yellow: 未达序时 two periods running, or an
    urge that was not answered by its day. What is red, or stands on a red sheet already, is not asked about on a yellow
    one too: nothing is asked twice. Only what the unit still owes counts: assigned or in progress.
    """
    red = {one.pledge.pk: one for one in [*_unanswered_yellow(programme, today), *_overdue(programme, today)]}
    on_red = sheet_manners.on_open_sheet(programme, Colour.RED)
    yield from _in_order(one for one in red.values() if one.pledge.pk not in on_red)
    passed_over = on_red | set(red) | sheet_manners.on_open_sheet(programme, Colour.YELLOW)
    behind = _behind_twice(programme, calendar=calendar, today=today, but=passed_over)
    yellow = {one.pledge.pk: one for one in [*_unanswered_urge(programme, today), *behind]}
    yield from _in_order(one for one in yellow.values() if one.pledge.pk not in passed_over)


def _in_order(found: Iterable[Found]) -> list[Found]:
    return sorted(found, key=lambda one: one.pledge.number)


def _overdue(programme: Programme, today: datetime.date) -> Iterator[Found]:
    """What only waits for a published figure is not overdue (the light's rule 2)."""
    late = Pledge.objects.overdue(today).exclude(light_reason=LightReason.AWAITING_FIGURE.value)
    for pledge in late.filter(programme=programme).select_related("lead_unit"):
        finding = f"完成时限 {pledge.due_date},已逾期 {(today - pledge.due_date).days} 天。"
        yield Found(pledge, Colour.RED, Reason.OVERDUE, finding)


def _unanswered_yellow(programme: Programme, today: datetime.date) -> Iterator[Found]:
    rows = SheetRow.objects.filter(
        sheet__programme=programme,
        sheet__colour=Colour.YELLOW,
        sheet__status=Status.ISSUED,
        sheet__due_date__lt=today,
        answer="",
        pledge__state__in=ASKED,
    )
    for row in rows.select_related("sheet", "pledge__lead_unit"):
        finding = f"{row.sheet.number}应于 {row.sheet.due_date} 前回复,未回复。"
        yield Found(row.pledge, Colour.RED, Reason.YELLOW_UNANSWERED, finding)


def _unanswered_urge(programme: Programme, today: datetime.date) -> Iterator[Found]:
    late = Task.objects.overdue(today).filter(
        kind=Task.Kind.ANSWER_URGE, pledge__programme=programme, pledge__state__in=ASKED
    )
    for task in late.select_related("pledge__lead_unit"):
        finding = f"{day_of(task.opened_at)} 催办,应于 {task.due_date} 前回应,未回应。"
        yield Found(task.pledge, Colour.YELLOW, Reason.URGE_UNANSWERED, finding)


def _behind_twice(programme: Programme, *, calendar: Calendar, today: datetime.date, but: set[int]) -> Iterator[Found]:
    pledges = (
        Pledge.objects.filter(programme=programme, state=State.IN_PROGRESS)
        .exclude(pk__in=but)
        .with_facts()
        .prefetch_related("programme__periods")
    )
    for pledge in pledges:
        periods = paces.behind_running(pledge, calendar=calendar, today=today)
        if periods:
            finding = f"{'、'.join(period.key for period in periods)} 连续两期未达序时。"
            yield Found(pledge, Colour.YELLOW, Reason.BEHIND_TWICE, finding)
