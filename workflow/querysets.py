"""Questions asked of the process, as querysets that chain."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connections, models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from pledges.querysets import OWN_UNIT, WHOLE_PROGRAMME, governments_of

if TYPE_CHECKING:
    from pledges.actors import Actor


# (kind, the last due date it holds for), earliest day first: the first one that holds is the step that was reached.
Steps = Sequence[tuple[str, datetime.date]]


def _step(day: str, steps: Steps) -> Case:
    return Case(*[When(**{f"{day}__lte": until}, then=Value(kind)) for kind, until in steps])


class TaskQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> TaskQuerySet:
        """A person's desk is the tasks of the post they act from."""
        return self.filter(post=actor.duty) if actor.duty else self.none()

    def open(self) -> TaskQuerySet:
        return self.filter(closed_at__isnull=True)

    def overdue(self, today: datetime.date) -> TaskQuerySet:
        return self.open().filter(due_date__lt=today)

    def near(self, *, until: datetime.date, opened_before: datetime.datetime) -> TaskQuerySet:
        """Open, due on or before ``until``; not what was opened after ``opened_before``."""
        return self.open().filter(due_date__lte=until, opened_at__lt=opened_before)

    def reminding_nobody(self, today: datetime.date) -> TaskQuerySet:
        """Tasks of a post that nobody active holds or does as a deputy today."""
        from pledges.models import Post

        deputised = Q(deputies__start_date__lte=today, deputies__end_date__gte=today, deputies__user__is_active=True)
        heard = Post.objects.filter(Q(holder__is_active=True) | deputised, is_active=True)
        return self.exclude(post__in=heard)

    def for_list(self) -> TaskQuerySet:
        return self.select_related(
            "post__unit",
            "period__programme",
            "document__programme",
            "programme",
            "request",
            "sheet__unit",
            "instruction__leader",
            "pledge__programme",
            "pledge__lead_unit",
        ).prefetch_related("pledge__targets")


class _AboutPledges(models.QuerySet[Any]):
    """Rows that whoever sees their pledge may see."""

    def visible_to(self, actor: Actor) -> Any:
        from pledges.models import Pledge

        return self.filter(pledge__in=Pledge.objects.visible_to(actor))


class RequestQuerySet(_AboutPledges):
    def visible_to(self, actor: Actor) -> RequestQuerySet:
        """Who sees the pledge, and whoever was asked at one of the steps: a unit that is to take a pledge over."""
        from pledges.models import Pledge
        from workflow.models import RequestStep

        on_pledges = Q(pledge__in=Pledge.objects.visible_to(actor))
        if actor.duty is None:
            return self.filter(on_pledges)
        asked = RequestStep.objects.filter(request=OuterRef("pk"), post=actor.duty)
        return self.filter(on_pledges | Exists(asked))

    def open(self) -> RequestQuerySet:
        return self.filter(status="open")


class InstructionQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> InstructionQuerySet:
        """On a pledge: who sees the pledge. On a unit or a period: the office, leaders, the auditor and the unit."""
        from pledges.models import Pledge

        if actor.is_system:
            return self
        on_pledges = Q(pledge__in=Pledge.objects.visible_to(actor))
        if actor.role in WHOLE_PROGRAMME:
            above = governments_of(actor)
            government = f"/{above[0]}/"
            return self.filter(
                on_pledges | Q(unit__path__startswith=government) | Q(period__programme__government__in=above)
            )
        if actor.role in OWN_UNIT and actor.unit is not None:
            own = Q(unit__path__startswith=actor.unit.path) | Q(post__unit__path__startswith=actor.unit.path)
            return self.filter(on_pledges | own)
        return self.none()


class SheetQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> SheetQuerySet:
        """The whole programme for the office, leaders and the auditor; for a unit what was issued to it or below."""
        if actor.is_system:
            return self
        if actor.role in WHOLE_PROGRAMME:
            return self.filter(programme__government__in=governments_of(actor))
        if actor.role in OWN_UNIT and actor.unit is not None:
            return self.filter(unit__path__startswith=actor.unit.path).exclude(status__in=("proposed", "dropped"))
        return self.none()

    def issued(self) -> SheetQuerySet:
        return self.exclude(status__in=("proposed", "dropped"))


class ReminderQuerySet(models.QuerySet[Any]):
    def waiting(self) -> ReminderQuerySet:
        """Claimed, and neither sent nor dropped."""
        return self.filter(digest__isnull=True, dropped_at__isnull=True)

    def standing(self) -> ReminderQuerySet:
        """Still true: the task is open, and due when the reminder says."""
        return self.filter(task__closed_at__isnull=True, task__due_date=F("day"))

    def at_step(self, steps: Steps) -> ReminderQuerySet:
        """Of the step that their task has reached by now, not of an earlier one."""
        return self.filter(kind=_step("day", steps))

    def claim(self, tasks: TaskQuerySet, *, steps: Steps, today: datetime.date, at: datetime.datetime) -> int:
        """Insert the step that each of ``tasks`` has reached, for everyone who is to hear of it; returns how many.

        That is the holder of the task's post and its deputies of today, and for what is overdue also the head of the
        unit; never an inactive account.

        One statement, and what the unique key knows is passed over: doing it twice, or twice at once, claims once.
        """
        own = tasks.filter(post__is_active=True)
        deputised = own.filter(
            post__deputies__start_date__lte=today,
            post__deputies__end_date__gte=today,
            post__deputies__user__is_active=True,
        )
        copied = tasks.filter(
            due_date__lt=today,
            post__unit__posts__role="head",
            post__unit__posts__is_active=True,
            post__unit__posts__holder__is_active=True,
        )

        def rows(of: TaskQuerySet, recipient: str, is_copy: bool) -> Any:
            return (
                of.order_by()
                .annotate(
                    reminded=F(recipient),
                    step=_step("due_date", steps),
                    copied=Value(is_copy, output_field=models.BooleanField()),
                    claimed=Value(at, output_field=models.DateTimeField()),
                )
                .values_list("pk", "reminded", "step", "due_date", "copied", "claimed")
            )

        # In this order, so that two claims at once queue instead of waiting for each other, and that somebody who both
        # holds the post and heads the unit is told of it as their own.
        candidates = (
            rows(own.filter(post__holder__is_active=True), "post__holder", False)
            .union(
                rows(deputised, "post__deputies__user", False),
                rows(copied, "post__unit__posts__holder", True),
                all=True,
            )
            .order_by("pk", "reminded", "copied")
        )
        connection = connections[self.db]
        select, parameters = candidates.query.get_compiler(connection=connection).as_sql()
        columns = ("task_id", "recipient_id", "kind", "day", "is_copy", "claimed_at")
        names = [connection.ops.quote_name(name) for name in (self.model._meta.db_table, *columns)]
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {names[0]} ({', '.join(names[1:])}) {select} ON CONFLICT DO NOTHING", parameters
            )
            return int(cursor.rowcount)


class DigestQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> DigestQuerySet:
        return self.filter(recipient=actor.user) if actor.user else self.none()

    def unread(self) -> DigestQuerySet:
        return self.filter(Q(read_at__isnull=True))


class DeliveryQuerySet(models.QuerySet[Any]):
    def due(self, at: datetime.datetime, *, tries: int) -> DeliveryQuerySet:
        """To be tried now: not sent, not dropped, rested since the last try, and tried fewer times than ``tries``."""
        return self.filter(sent_at__isnull=True, dropped_at__isnull=True, next_at__lte=at, attempts__lt=tries)
