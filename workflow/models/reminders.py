"""What is to be said to whom: claimed once, gathered into one digest a person a day, delivered at least once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.models import Pledge, User
from workflow.models.alerts import Alert
from workflow.models.robots import Robot
from workflow.models.tasks import Task
from workflow.reminder_querysets import DeliveryQuerySet, DigestQuerySet, ReminderQuerySet


class Digest(models.Model):
    """Everything one person is told on one working day; also the entry in their inbox."""

    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="digests")
    day = models.DateField(_("日期"))
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(null=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["recipient", "day"], name="one_digest_a_person_a_day")]


class Reminder(models.Model):
    """One step of the ladder for one person, about a task or about a pledge's own due date.

    ``day`` is the due date the step counts towards, so that a postponed one is reminded of anew. ``is_copy`` marks
    the head's copy (抄送) of what somebody else has to do.
    """

    class Kind(models.TextChoices):
        DUE_IN_30 = "due_30", _("三十个工作日内到期")
        DUE_IN_7 = "due_7", _("七个工作日内到期")
        DUE_IN_3 = "due_3", _("三个工作日内到期")
        OVERDUE = "overdue", _("已逾期")
        OPENS = "opens", _("开始填报")
        CLOSES_IN_2 = "closes_2", _("两个工作日内截止")
        UNREPORTED = "unreported", _("未报送")

    task = models.ForeignKey(Task, null=True, on_delete=models.CASCADE, related_name="reminders")
    pledge = models.ForeignKey(Pledge, null=True, on_delete=models.CASCADE, related_name="reminders")
    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    day = models.DateField(_("期限"))
    is_copy = models.BooleanField(_("抄送"), default=False)
    claimed_at = models.DateTimeField()
    digest = models.ForeignKey(Digest, null=True, on_delete=models.CASCADE, related_name="reminders")
    dropped_at = models.DateTimeField(null=True, help_text="the task was done before anything was sent")

    objects = ReminderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "recipient", "kind", "day"], name="reminder_claimed_once"),
            models.UniqueConstraint(fields=["pledge", "recipient", "kind", "day"], name="pledge_reminder_claimed_once"),
            models.CheckConstraint(
                condition=Q(task__isnull=False, pledge__isnull=True) | Q(task__isnull=True, pledge__isnull=False),
                name="reminder_is_of_a_task_or_a_pledge",
            ),
        ]
        indexes = [
            models.Index(
                fields=["recipient"],
                condition=Q(digest__isnull=True, dropped_at__isnull=True),
                name="reminders_waiting",
            )
        ]


class Delivery(models.Model):
    """One message handed to one channel: a person's digest, what is told at once, or a robot's counts of a day.

    The key is the same at every try, so that a repeat can be recognised. ``attempts`` and ``next_at`` move before each
    try, not after it: they are its claim (`workflow.notifications`).
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("电子邮件")
        ROBOT = "robot", _("群机器人")

    digest = models.ForeignKey(Digest, null=True, on_delete=models.CASCADE, related_name="deliveries")
    alert = models.ForeignKey(Alert, null=True, on_delete=models.CASCADE, related_name="deliveries")
    robot = models.ForeignKey(Robot, null=True, on_delete=models.CASCADE, related_name="deliveries")
    day = models.DateField(_("日期"), null=True, help_text="of a robot's counts")
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel)
    key = models.CharField(max_length=80, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(help_text="not to be tried before")
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True, help_text="everything was done, or the person left, before it went")
    error = models.CharField(max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(digest__isnull=False, alert__isnull=True, robot__isnull=True, day__isnull=True)
                | Q(digest__isnull=True, alert__isnull=False, robot__isnull=True, day__isnull=True)
                | Q(digest__isnull=True, alert__isnull=True, robot__isnull=False, day__isnull=False),
                name="delivery_is_of_one_thing",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(sent_at__isnull=True, dropped_at__isnull=True),
                name="deliveries_waiting",
            )
        ]

    @property
    def person(self) -> User | None:
        """Whom it is for; None for a robot."""
        return self.digest.recipient if self.digest else self.alert.recipient if self.alert else None

    @property
    def to_robot(self) -> Robot | None:
        return self.alert.robot if self.alert else self.robot
