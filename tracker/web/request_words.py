"""A request in words: what is asked for, whose turn it is, and the due dates that a pledge has had."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pledges.actors import Actor
from pledges.models import Pledge, Target
from tracker import words
from workflow import requests
from workflow.models import Request, RequestStep
from workflow.request_needs import read_back
from workflow.requests_table import RequestKind


@dataclass(frozen=True)
class DueDate:
    """One due date in force for a while; the first is the original one, without a decision."""

    day: datetime.date
    approved: datetime.date | None = None
    decided_by: str = ""
    document_number: str = ""
    asked_late: bool = False


@dataclass(frozen=True)
class Row:
    """A request as lists show it, with the step that waits (None once it is over)."""

    request: Request
    step: RequestStep | None
    is_overdue: bool


def block(pledge: Pledge, actor: Actor, today: datetime.date) -> dict[str, Any]:
    """What `tracker/requests/block.html` shows on a pledge's page."""
    found = Request.objects.visible_to(actor).filter(pledge=pledge).select_related("post__unit")
    return {
        "rows": [row_of(one, today) for one in found.prefetch_related("steps__post__unit")],
        "kinds": list(requests.askable(pledge, actor, today)),
        "due_dates": (days := due_dates(pledge)),
        "extensions": sum(1 for one in days if one.approved),
    }


def row_of(request: Request, today: datetime.date) -> Row:
    """From a request with its steps prefetched."""
    waiting = [step for step in request.steps.all() if step.answered_at is None and step.passed_on_at is None]
    step = waiting[-1] if waiting and request.status == Request.Status.OPEN else None
    return Row(request=request, step=step, is_overdue=step is not None and step.due_date < today)


def due_dates(pledge: Pledge) -> list[DueDate]:
    """The original due date and every one approved since, in their order."""
    first = [DueDate(day=pledge.original_due_date)] if pledge.original_due_date else []
    return first + [
        DueDate(
            day=one.new_due_date,
            approved=one.approved_date,
            decided_by=one.decided_by,
            document_number=one.document_number,
            asked_late=one.asked_late,
        )
        for one in pledge.extensions.all()
    ]


def asked(request: Request, pledge: Pledge, row: RequestKind) -> list[tuple[Any, str]]:
    """What granting would do, as (label, words); what stands now beside it while nothing is decided."""
    given = read_back(request.given, pledge)
    is_open = request.status == Request.Status.OPEN
    target: Target | None = given.get("target")
    now = {
        "due_date": pledge.due_date.isoformat() if pledge.due_date else "",
        "lead_unit": str(pledge.lead_unit or ""),
        "title": pledge.title,
        "person": pledge.person,
    }
    told = []
    for need in row.needs:
        value = given.get(need.name)
        if need.name == "reason" or value is None:
            continue
        text = _told(value, target)
        if is_open and now.get(need.name):
            text = _("%(new)s(现为 %(now)s)") % {"new": text, "now": now[need.name]}
        told.append((need.label, text))
    return told


def _told(value: Any, target: Target | None) -> str:
    if isinstance(value, Target):
        return words.goal(value)
    if isinstance(value, Decimal) and target is not None:
        return words.of_target(value, target)
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
