"""Questions asked of reminders, alerts and deliveries, and the statements that claim them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connections, models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When

if TYPE_CHECKING:
    from pledges.actors import Actor

# (kind, the last due date it holds for), earliest day first: the first one that holds is the step that was reached.
Steps = Sequence[tuple[str, datetime.date]]
UNCLAIMED = ("assigned", "in_progress")
REPORT = "report"


@dataclass(frozen=True)
class Ladder:
    """Where a day stands on the ladder (`workflow.ladder`); ``morning`` is its first moment.

    ``due`` are the steps of due dates, ``windows`` those of a reporting window's last day, ``opens`` the step of a
    window that is open. ``late``: (after, until, since) — what came on or after the day ``since`` and is due in
    (after, until] came when its step had passed already.
    """

    today: datetime.date
    morning: datetime.datetime
    due: Steps
    windows: Steps
    opens: str
    late: Sequence[tuple[datetime.date, datetime.date, datetime.datetime]]

    def tasks(self) -> Q:
        """Which open tasks have come to a step."""
        is_report = Q(kind=REPORT)
        opens_today = Q(opened_at__lt=self.morning) | Q(period__opens_date=self.today)
        in_window = Q(due_date__lte=self.windows[-1][1]) | Q(period__opens_date__lte=self.today)
        late = Q()
        for after, until, since in self.late:
            late |= Q(due_date__gt=after, due_date__lte=until, opened_at__gte=since)
        dated = Q(due_date__lte=self.due[-1][1], opened_at__lt=self.morning)
        return (is_report & opens_today & in_window) | (~is_report & dated & ~late)

    def pledges(self) -> Q:
        """Which unclaimed pledges have come to a step of their own due date."""
        late = Q()
        for after, until, since in self.late:
            late |= Q(due_date__gt=after, due_date__lte=until, assigned_date__gte=_day_of(since))
        return Q(due_date__lte=self.due[-1][1], assigned_date__lt=self.today) & ~late

    def step(self, *, of_task: str = "", day: str = "due_date") -> Case:
        """The step of a row: ``of_task`` leads to its task (``"task__"``), ``day`` to its due date."""
        is_report = Q(**{f"{of_task}kind": REPORT})
        steps = [When(is_report & Q(**{f"{day}__lte": until}), then=Value(kind)) for kind, until in self.windows]
        steps.append(When(is_report, then=Value(self.opens)))
        return Case(*steps, *self._dated(day))

    def step_of_pledge(self, day: str = "due_date") -> Case:
        return Case(*self._dated(day))

    def _dated(self, day: str) -> list[When]:
        return [When(**{f"{day}__lte": until}, then=Value(kind)) for kind, until in self.due]


def _day_of(morning: datetime.datetime) -> datetime.date:
    return morning.date()  # a morning of Asia/Shanghai, built in that zone


def unclaimed_pledges() -> Any:
    """What waits for its unit's claim: not suspended, not claimed, and no claim waits for the head."""
    from pledges.models import Pledge
    from workflow.models import Task

    proposed = Task.objects.open().filter(pledge=OuterRef("pk"), kind="approve_claim")
    return Pledge.objects.filter(~Exists(proposed), state__in=UNCLAIMED)


def _hears(today: datetime.date, posts: str) -> tuple[Q, Q]:
    """Rows whose post has an active holder, and rows whose post has an active deputy of today."""
    holds = Q(**{f"{posts}__is_active": True, f"{posts}__holder__is_active": True})
    deputises = Q(
        **{
            f"{posts}__is_active": True,
            f"{posts}__deputies__start_date__lte": today,
            f"{posts}__deputies__end_date__gte": today,
            f"{posts}__deputies__user__is_active": True,
        }
    )
    return holds, deputises


def _insert(model: type[models.Model], columns: Sequence[str], rows: models.QuerySet[Any]) -> int:
    """INSERT … SELECT; what a unique key knows already is passed over. Returns how many rows are new."""
    connection = connections["default"]
    select, parameters = rows.query.get_compiler(connection=connection).as_sql()
    names = [connection.ops.quote_name(name) for name in (model._meta.db_table, *columns)]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {names[0]} ({', '.join(names[1:])}) {select} ON CONFLICT DO NOTHING", parameters)
        return int(cursor.rowcount)


def _moment(at: datetime.datetime) -> Value:
    return Value(at, output_field=models.DateTimeField())


class ReminderQuerySet(models.QuerySet[Any]):
    def waiting(self) -> ReminderQuerySet:
        """Claimed, and neither sent nor dropped."""
        return self.filter(digest__isnull=True, dropped_at__isnull=True)

    def standing(self) -> ReminderQuerySet:
        """Still true: the task is open, or the pledge not claimed, and due when the reminder says."""
        of_task = Q(task__closed_at__isnull=True, task__due_date=F("day"))
        return self.filter(of_task | Q(pledge__in=unclaimed_pledges(), pledge__due_date=F("day")))

    def at_step(self, ladder: Ladder) -> ReminderQuerySet:
        """Of the step that their task or pledge has reached by now, not of an earlier one."""
        of_task = Q(task__isnull=False, kind=ladder.step(of_task="task__", day="day"))
        return self.filter(of_task | Q(task__isnull=True, kind=ladder.step_of_pledge("day")))

    def claim_tasks(self, tasks: models.QuerySet[Any], *, ladder: Ladder, at: datetime.datetime) -> int:
        """Insert the step that each of ``tasks`` has reached, for everyone who is to hear of it; returns how many.

        That is the holder of the task's post and its deputies of today, and for what is overdue also the head of the
        unit; never an inactive account. Doing it twice, or twice at once, claims once.
        """
        holds, deputises = _hears(ladder.today, "post")
        copied = tasks.filter(
            due_date__lt=ladder.today,
            post__unit__posts__role="head",
            post__unit__posts__is_active=True,
            post__unit__posts__holder__is_active=True,
        )
        step = ladder.step()
        return self._claim(
            "task_id",
            [
                (tasks.filter(holds), "post__holder", False),
                (tasks.filter(deputises), "post__deputies__user", False),
                (copied, "post__unit__posts__holder", True),
            ],
            step=step,
            at=at,
        )

    def claim_pledges(self, pledges: models.QuerySet[Any], *, ladder: Ladder, at: datetime.datetime) -> int:
        """The same for pledges' own due dates: to the lead unit's coordinator, or its head where there is none."""
        from pledges.models import Post

        keepers = Post.objects.filter(
            unit=OuterRef("lead_unit"), role__in=("coordinator", "head"), is_active=True
        ).order_by("role", "pk")  # "coordinator" sorts before "head"
        kept = Q(lead_unit__posts=Subquery(keepers.values("pk")[:1]))
        holds, deputises = _hears(ladder.today, "lead_unit__posts")
        copied = pledges.filter(
            due_date__lt=ladder.today,
            lead_unit__posts__role="head",
            lead_unit__posts__is_active=True,
            lead_unit__posts__holder__is_active=True,
        )
        return self._claim(
            "pledge_id",
            [
                (pledges.filter(kept & holds), "lead_unit__posts__holder", False),
                (pledges.filter(kept & deputises), "lead_unit__posts__deputies__user", False),
                (copied, "lead_unit__posts__holder", True),
            ],
            step=ladder.step_of_pledge(),
            at=at,
        )

    def _claim(
        self,
        column: str,
        sources: Sequence[tuple[models.QuerySet[Any], str, bool]],
        *,
        step: Case,
        at: datetime.datetime,
    ) -> int:
        rows = [
            of.order_by()
            .annotate(
                reminded=F(recipient),
                step=step,
                copied=Value(is_copy, output_field=models.BooleanField()),
                claimed=_moment(at),
            )
            .values_list("pk", "reminded", "step", "due_date", "copied", "claimed")
            for of, recipient, is_copy in sources
        ]
        # In this order, so that two claims at once queue instead of waiting for each other, and that somebody who both
        # holds the post and heads the unit is told of it as their own.
        candidates = rows[0].union(*rows[1:], all=True).order_by("pk", "reminded", "copied")
        return _insert(self.model, (column, "recipient_id", "kind", "day", "is_copy", "claimed_at"), candidates)


class DigestQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> DigestQuerySet:
        return self.filter(recipient=actor.user) if actor.user else self.none()

    def unread(self) -> DigestQuerySet:
        return self.filter(Q(read_at__isnull=True))


class AlertQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> AlertQuerySet:
        return self.filter(recipient=actor.user) if actor.user else self.none()

    def unread(self) -> AlertQuerySet:
        return self.filter(Q(read_at__isnull=True))

    def waiting(self) -> AlertQuerySet:
        """Nobody has made a message of them yet."""
        return self.filter(told_with__isnull=True)

    def standing(self) -> AlertQuerySet:
        return self.filter(task__closed_at__isnull=True)

    def raise_for(self, tasks: models.QuerySet[Any], *, today: datetime.date, at: datetime.datetime) -> int:
        """An alert of each of ``tasks`` to everyone who holds its post today, and to its unit's robots. A task that
        anybody was told of is left alone: who takes the post over later finds it on the desk."""
        untold = tasks.filter(~Exists(self.model.objects.filter(task=OuterRef("pk"), recipient__isnull=False)))
        holds, deputises = _hears(today, "post")
        people = [(untold.filter(holds), "post__holder"), (untold.filter(deputises), "post__deputies__user")]
        robots = tasks.filter(
            ~Exists(self.model.objects.filter(task=OuterRef("pk"), robot=OuterRef("post__unit__robots"))),
            post__unit__robots__is_active=True,
            post__unit__robots__wants_at_once=True,
            post__unit__robots__created_at__lte=F("opened_at"),
        )

        def rows(of: models.QuerySet[Any], told: str) -> Any:
            return of.order_by().annotate(told=F(told), raised=_moment(at)).values_list("pk", "told", "raised")

        first, second = (rows(*one) for one in people)
        candidates = first.union(second, all=True).order_by("pk", "told")
        raised = _insert(self.model, ("task_id", "recipient_id", "created_at"), candidates)
        to_robots = rows(robots, "post__unit__robots").order_by("pk", "told")
        return raised + _insert(self.model, ("task_id", "robot_id", "created_at"), to_robots)


class DeliveryQuerySet(models.QuerySet[Any]):
    def due(self, at: datetime.datetime, *, tries: int) -> DeliveryQuerySet:
        """To be tried now: not sent, not dropped, rested since the last try, and tried fewer times than ``tries``."""
        return self.waiting(tries=tries).filter(next_at__lte=at)

    def waiting(self, *, tries: int) -> DeliveryQuerySet:
        return self.filter(sent_at__isnull=True, dropped_at__isnull=True, attempts__lt=tries)

    def failed(self, *, tries: int) -> DeliveryQuerySet:
        """Not sent after the last try."""
        return self.filter(sent_at__isnull=True, dropped_at__isnull=True, attempts__gte=tries)

    def sent(self) -> DeliveryQuerySet:
        return self.filter(sent_at__isnull=False)

    def visible_to(self, actor: Actor) -> DeliveryQuerySet:
        """The system administrator's: to people and robots of the own government, and to people without a post."""
        from pledges.models import Role, Unit, User

        if actor.is_system:
            return self
        if not actor.has_role(Role.SYSTEM_ADMINISTRATOR):
            return self.none()
        units = Unit.objects.visible_to(actor)
        people = User.objects.filter(Q(posts__unit__in=units) | Q(posts=None))
        to_people = Q(digest__recipient__in=people) | Q(alert__recipient__in=people)
        return self.filter(to_people | Q(robot__unit__in=units) | Q(alert__robot__unit__in=units))
