"""What a row of the table is."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pledges.models import Pledge, Post, State
from workflow.context import Context
from workflow.effects import Effect
from workflow.models import Task
from workflow.needs import Need
from workflow.permissions import Predicate


@dataclass(frozen=True)
class Opening:
    """A task that the act opens: of which kind, for whose post, due when. ``due`` None: no task this time.

    ``when`` opens it only if the facts after the act say so. ``for_list``: one task for the unit's whole list
    (`workflow.list_tasks`).
    """

    kind: Task.Kind
    to: Callable[[Pledge], Post]
    due: Callable[[Context], datetime.date | None]
    when: Callable[[Context], bool] | None = None
    for_list: bool = False


@dataclass(frozen=True)
class Transition:
    """One row. ``destination`` None leaves the state as it is; every predicate of ``who`` must agree.

    ``untimely`` gives the reason why the moment is wrong although the state is right, or None. ``raises_version`` is
    False for acts on reports, which must not make other people's open forms stale. ``is_for_people`` is False for what
    the calendar or a granted request brings about.
    """

    name: str
    label: Any
    sources: tuple[State, ...]
    destination: State | None
    who: tuple[Predicate, ...]
    effect: Effect
    needs: tuple[Need, ...] = ()
    opens: tuple[Opening, ...] = ()
    closes: tuple[Task.Kind, ...] = ()
    untimely: Callable[[Pledge], Any | None] | None = None
    raises_version: bool = True
    is_for_people: bool = True


def in_workdays(days: int) -> Callable[[Context], datetime.date]:
    return lambda context: context.in_workdays(days)


def end_of_window(context: Context) -> datetime.date | None:
    period = context.period_due()
    return period.closes_date if period else None


Kind = Task.Kind
# What may wait while a pledge is open. Requests, sheets and instructions end by themselves.
WHILE_OPEN = (
    Kind.SIGN,
    Kind.SIGN_LIST,
    Kind.REPORT,
    Kind.APPROVE,
    Kind.REVIEW_REPORT,
    Kind.SUPPLEMENT,
    Kind.ANSWER_URGE,
    Kind.APPROVE_CLAIM,
    Kind.DRAFT_VERIFICATION,
    Kind.VERIFY,
    Kind.CHECK_SUSPENSION,
)
