"""Keeping the events append-only whatever a migration did to their tables; ending what a change leaves undecided."""

import datetime
from typing import Any

from django.db import connection
from django.db.models.signals import post_save
from django.dispatch import receiver

from pledges.models import State
from workflow import alerts, audit, requests
from workflow.models import Event, Task
from workflow.signals import Mark, changed


def protect_events(**kwargs: Any) -> None:
    """post_migrate: a table rebuild drops triggers, so they are laid anew after every migration."""
    if Event._meta.db_table in connection.introspection.table_names():
        audit.install_triggers()


def step_aside(plan: Any, **kwargs: Any) -> None:
    """pre_migrate: SQLite rebuilds no table that a trigger names. `protect_events` follows."""
    if plan and connection.vendor == "sqlite" and Event._meta.db_table in connection.introspection.table_names():
        audit.drop_triggers()


@receiver(changed, dispatch_uid="workflow.receivers.end_requests")
def end_requests(
    *, pledge_id: int, before: Mark, after: Mark, at: datetime.datetime | None = None, **kwargs: Any
) -> None:
    """A pledge that is closed, withdrawn or reopened: its open requests end. Only the gate moves a state, and says
    when."""
    ends = after.state in (State.CLOSED, State.WITHDRAWN) or before.state == State.CLOSED
    if at is not None and before.state != after.state and ends:
        requests.end_with_pledge(pledge_id, state=after.state, at=at)


@receiver(post_save, sender=Task, dispatch_uid="workflow.receivers.tell_at_once")
def tell_at_once(*, instance: Task, created: bool, **kwargs: Any) -> None:
    """An urge, a sheet or an instruction: its alerts stand in the transaction that opens the task, whoever opens it."""
    if created and instance.kind in alerts.AT_ONCE:
        alerts.open_for(instance)
