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
from pledges.actors import SYSTEM, Actor
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Period, Pledge, ReportStatus, State
from pledges.querysets import PledgeQuerySet
from pledges.working_days import Calendar
from workflow import assignees, audit, list_tasks, permissions, proposals, story
from workflow.context import Context
from workflow.effects import allocating
from workflow.effects.reporting import waiting_reports
from workflow.models import Task
from workflow.needs import read_all
from workflow.signals import Mark, changed
from workflow.table.assigning import TO_SIGN
from workflow.table.reporting import TO_APPROVE
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
        context = Context(actor=actor, pledge=locked(pledge_id, actor), at=at, calendar=calendar or calendars.current())
        _check(transition, context, version)
        return carry_out(transition, context, read_all(transition.needs, payload, context))


def perform_if_still(
    waiting: PledgeQuerySet, name: str, *, pledge_id: int, at: datetime.datetime, calendar: Calendar
) -> bool:
    """For sweeps: an act of the system, unless the pledge has left ``waiting`` by the time we hold its lock, because
    somebody acted or the same sweep runs elsewhere. Raises like `perform`."""
    with transaction.atomic():
        Pledge.objects.select_for_update(of=("self",)).get(pk=pledge_id)
        if not waiting.filter(pk=pledge_id).exists():
            return False
        perform(name, pledge_id=pledge_id, actor=SYSTEM, payload={}, version=None, at=at, calendar=calendar)
        return True


def carry_out(transition: Transition, context: Context, data: dict[str, Any]) -> Pledge:
    """The second half of the gate: facts, tasks, event, standing, `changed`. Call inside a transaction, with the
    pledge locked and every check passed: by `perform`, by a granted request, by the issuing of a programme."""
    before = Mark.of(context.pledge)
    led_by = context.pledge.lead_unit_id
    fields = transition.effect(context, data)
    was = {"state": before.state, **{field: getattr(context.pledge, field) for field in fields}}
    services.change_pledge(
        context.pledge, state=transition.destination, raise_version=transition.raises_version, **fields
    )
    if transition.destination is not None:
        proposals.close(context.pledge, at=context.at)
    _move_tasks(transition, context, data.get("period"))
    if led_by is not None and led_by != context.pledge.lead_unit_id:
        _hand_over_tasks(context)
        allocating.hand_over(context.pledge)
    audit.append(
        stream=audit.stream_of(context.pledge),
        action=transition.name,
        actor=context.actor,
        at=context.at,
        payload={
            "input": {key: value for key, value in story.recorded(data).items() if value is not None},
            "before": story.recorded(was),
            "after": story.recorded({"state": context.pledge.state, **fields}),
            "version": context.pledge.version,
        },
    )
    pledge = services.keep_standing(context.pledge.pk, calendar=context.calendar, today=context.today)
    changed.send(sender=Pledge, pledge_id=pledge.pk, before=before, after=Mark.of(pledge), at=context.at)
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


def locked(pledge_id: int, actor: Actor) -> Pledge:
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
    closing = Task.objects.open().filter(pledge=pledge, request=None, instruction=None, kind__in=transition.closes)
    if period is not None:
        # A late report for an earlier period does not answer the running period's window.
        closing = closing.exclude(kind=Task.Kind.REPORT, period__start_date__gt=period.start_date)
    if transition.destination is None and waiting_reports(pledge, ReportStatus.APPROVED):
        closing = closing.exclude(kind=Task.Kind.REVIEW_REPORT)  # another period's report waits still
    closing.update(closed_at=context.at)
    for opening in transition.opens:
        if opening.when is None or opening.when(context):
            _open_task(opening, context)
    list_tasks.close_done(transition.closes, programme=pledge.programme, unit=pledge.lead_unit, at=context.at)


def _open_task(opening: Opening, context: Context) -> None:
    due = opening.due(context)
    if due is None:
        return
    fields = {
        "due_date": due,
        "period": context.period_due() if opening.kind == Task.Kind.REPORT else None,
    }
    post = opening.to(context.pledge)
    if opening.for_list:
        list_tasks.ensure(opening.kind, programme=context.pledge.programme, post=post, due_date=due, at=context.at)
        return
    Task.objects.update_or_create(
        kind=opening.kind,
        pledge=context.pledge,
        post=post,
        request=None,
        instruction=None,
        closed_at=None,
        defaults=fields,
        create_defaults=fields | {"opened_at": context.at},
    )


def _hand_over_tasks(context: Context) -> None:
    """Another unit leads: what waited for the former one waits for the new one."""
    pledge = context.pledge
    for task in Task.objects.open().filter(pledge=pledge, request=None, instruction=None):
        if task.kind in assignees.OF_LEAD_UNIT:
            Task.objects.filter(pk=task.pk).update(post=assignees.OF_LEAD_UNIT[task.kind](pledge))
    signs = Task.objects.open().filter(pledge=pledge, kind=Task.Kind.SIGN)
    if pledge.state == State.ASSIGNED and not signs.exists():  # it was on the former unit's list
        _open_task(TO_SIGN, context)
    if waiting_reports(pledge, ReportStatus.SUBMITTED):
        _open_task(TO_APPROVE, context)
    left = (Task.Kind.CONSULT, Task.Kind.SIGN_LIST, Task.Kind.APPROVE)
    list_tasks.close_done(left, programme=pledge.programme, at=context.at)
