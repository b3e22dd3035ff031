"""The gate. `perform` is the one way in which a pledge changes.

In one transaction it locks the pledge, checks (visible, allowed, right moment, fresh, complete), writes the facts
through `pledges.services`, appends the event, opens and closes tasks, and sends `changed`.
"""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pledges import calendars, services
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Period, Pledge, State
from pledges.working_days import Calendar
from workflow import audit, permissions, story
from workflow.context import Context
from workflow.effects import waiting_reports
from workflow.models import Task
from workflow.needs import read_all
from workflow.signals import Mark, changed
from workflow.transitions import BY_NAME, TRANSITIONS, Opening, Transition


def perform(
    name: str,
    *,
    pledge_id: int,
    actor: Actor,
    payload: Mapping[str, Any],
    version: int | None,
    at: datetime.datetime,
    calendar: Calendar | None = None,
) -> Pledge:
    """Perform one act of the table on one pledge and return the pledge as it stands afterwards.

    ``version`` is the one the person saw; only the system goes without. ``calendar`` may be passed by a caller that
    performs many acts. Raises Invisible, Forbidden, WrongState, Stale or BadInput, having changed nothing.
    """
    transition = BY_NAME.get(name)
    if transition is None:
        raise Invisible()
    with transaction.atomic():
        context = Context(
            actor=actor, pledge=_locked(pledge_id, actor), at=at, calendar=calendar or calendars.current()
        )
        _check(transition, context, version)
        data = read_all(transition.needs, payload, context)
        before = Mark.of(context.pledge)
        fields = transition.effect(context, data)
        was = {"state": before.state, **{field: getattr(context.pledge, field) for field in fields}}
        services.change_pledge(
            context.pledge, state=transition.destination, raise_version=transition.raises_version, **fields
        )
        _move_tasks(transition, context, data.get("period"))
        audit.append(
            stream=audit.stream_of(context.pledge),
            action=name,
            actor=actor,
            at=at,
            payload={
                "input": {key: value for key, value in story.recorded(data).items() if value is not None},
                "before": story.recorded(was),
                "after": story.recorded({"state": context.pledge.state, **fields}),
                "version": context.pledge.version,
            },
        )
        pledge = services.keep_standing(pledge_id, calendar=context.calendar, today=context.today)
        changed.send(sender=Pledge, pledge_id=pledge_id, before=before, after=Mark.of(pledge))
    return pledge


def allowed(pledge: Pledge, actor: Actor) -> Iterator[Transition]:
    """The acts that this actor may perform on this pledge now; for buttons and the API's list of actions."""
    for transition in TRANSITIONS:
        if (
            transition.is_for_people
            and pledge.state in transition.sources
            and permissions.first_refusal(transition.who, actor, pledge) is None
            and (transition.untimely is None or transition.untimely(pledge) is None)
        ):
            yield transition


def _locked(pledge_id: int, actor: Actor) -> Pledge:
    """The pledge under a row lock, with its facts; Invisible where the actor may not know of it."""
    locked = Pledge.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=pledge_id).first()
    if locked is None:
        raise Invisible()
    return services.with_facts(pledge_id)


def _check(transition: Transition, context: Context, version: int | None) -> None:
    """Permission, then state, then freshness: a person who may not act learns nothing else."""
    pledge = context.pledge
    reason = permissions.first_refusal(transition.who, context.actor, pledge)
    if reason is not None:
        raise Forbidden(reason)
    if version is None and not context.actor.is_system:
        raise BadInput({"version": _("请求没有带上版本号,请刷新页面后重试。")})
    fresh = version is None or version == pledge.version
    if pledge.state not in transition.sources:
        if not fresh:
            raise Stale(changes_since(pledge, version or 0))
        raise WrongState(
            _("事项现为“%(state)s”,不能%(act)s。") % {"state": State(pledge.state).label, "act": transition.label}
        )
    if not fresh:
        raise Stale(changes_since(pledge, version or 0))
    untimely = transition.untimely(pledge) if transition.untimely else None
    if untimely is not None:
        raise WrongState(untimely)


def changes_since(pledge: Pledge, version: int) -> list[str]:
    """What happened to a pledge after a version, one sentence an event."""
    return [line.text for line in story.of_pledge(pledge) if line.version > version]


def _move_tasks(transition: Transition, context: Context, period: Period | None) -> None:
    pledge = context.pledge
    open_tasks = Task.objects.open().filter(pledge=pledge)
    closing = open_tasks.filter(kind__in=transition.closes)
    if period is not None:
        # A late report for an earlier period does not answer the running period's window.
        closing = closing.exclude(kind=Task.Kind.REPORT, period__start_date__gt=period.start_date)
    if transition.destination is None and waiting_reports(pledge):
        closing = closing.exclude(kind=Task.Kind.REVIEW_REPORT)  # another period's report waits still
    closing.update(closed_at=context.at)
    for opening in transition.opens:
        _open_task(opening, context)


def _open_task(opening: Opening, context: Context) -> None:
    due = opening.due(context)
    if due is None:
        return
    fields = {
        "due_date": due,
        "period": context.period_due() if opening.kind == Task.Kind.REPORT else None,
    }
    Task.objects.update_or_create(
        kind=opening.kind,
        pledge=context.pledge,
        post=opening.to(context.pledge),
        closed_at=None,
        defaults=fields,
        create_defaults=fields | {"opened_at": context.at},
    )
