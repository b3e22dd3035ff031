"""Tasks for a unit's whole list: one a unit and programme, open exactly while something in the list waits.

What waits is asked of the facts each time, never counted along.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from pledges.models import Pledge, Post, Programme, Report, State, Unit
from workflow.models import ConsultationAnswer, Sheet, Task

Waiting = Callable[[Programme, Unit], bool]
Kind = Task.Kind


def _unsigned(programme: Programme, unit: Unit) -> bool:
    own = Task.objects.open().filter(pledge=OuterRef("pk"), kind=Kind.SIGN)
    return Pledge.objects.filter(~Exists(own), programme=programme, lead_unit=unit, state=State.ASSIGNED).exists()


def _unapproved(programme: Programme, unit: Unit) -> bool:
    return (
        Report.objects.waiting("submitted")
        .filter(pledge__programme=programme, pledge__lead_unit=unit, pledge__state__in=("in_progress", "claimed"))
        .exists()
    )


def unanswered(programme: Programme, unit: Unit) -> "Iterable[Pledge]":
    """The drafts about which a unit, as their proposed lead, has not answered yet."""
    answered = ConsultationAnswer.objects.filter(pledge=OuterRef("pk"), unit=unit)
    found: Iterable[Pledge] = Pledge.objects.filter(
        ~Exists(answered), programme=programme, lead_unit=unit, state=State.DRAFT
    )
    return found


def _to_answer(programme: Programme, unit: Unit) -> bool:
    return programme.state == "consulting" and any(True for _pledge in unanswered(programme, unit))


def _unsettled(programme: Programme, unit: Unit) -> bool:
    answers = ConsultationAnswer.objects.filter(
        pledge__programme=programme, pledge__state=State.DRAFT, answer="adjust", settlement=""
    )
    return programme.state == "consulting" and answers.exists()


def _to_issue(programme: Programme, unit: Unit) -> bool:
    return Sheet.objects.filter(programme=programme, status=Sheet.Status.PROPOSED).exists()


WAITING: Mapping[str, Waiting] = MappingProxyType(
    {
        Kind.CONSULT: _to_answer,
        Kind.SETTLE_ANSWERS: _unsettled,
        Kind.SIGN_LIST: _unsigned,
        Kind.APPROVE: _unapproved,
        Kind.ISSUE_SHEETS: _to_issue,
    }
)


# Those in which a unit waits for itself; the others are the supervision office's.
OF_UNIT = (Kind.CONSULT, Kind.SIGN_LIST, Kind.APPROVE)


def ensure(kind: str, *, programme: Programme, post: Post, due_date: datetime.date, at: datetime.datetime) -> Task:
    """The open list task of a post. Its day is that of the first thing in the list: more of the same moves nothing.

    Its row stays locked until the commit, as in `close_done`: whoever adds to the list and whoever finds it empty at
    the same moment take turns, so that nothing is left in a list without a task.
    """
    while True:
        found: Task | None = (
            Task.objects.open().select_for_update().filter(kind=kind, programme=programme, post=post).first()
        )
        if found is not None:
            return found
        try:
            with transaction.atomic():
                return Task.objects.create(kind=kind, programme=programme, post=post, due_date=due_date, opened_at=at)
        except IntegrityError:  # another transaction has opened it
            continue


def close_done(kinds: Iterable[str], *, programme: Programme, at: datetime.datetime, unit: Unit | None = None) -> None:
    """Close those of the programme's open list tasks in which nothing waits any more; of ``unit`` alone if given."""
    wanted = set(kinds) & set(WAITING)
    if not wanted:
        return
    tasks = Task.objects.open().filter(programme=programme, kind__in=wanted)
    if unit is not None:
        tasks = tasks.exclude(~Q(post__unit=unit), kind__in=OF_UNIT)
    for task in tasks.select_for_update(of=("self",)).select_related("post__unit").order_by("pk"):
        if not WAITING[task.kind](programme, task.post.unit):
            Task.objects.filter(pk=task.pk).update(closed_at=at)
