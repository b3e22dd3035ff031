"""What is to be said to whom: claimed once, gathered into one digest a person a day, delivered at least once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pledges.models import User
from workflow.models.tasks import Task
from workflow.querysets import DeliveryQuerySet, DigestQuerySet, ReminderQuerySet


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
    """One step of the ladder for one task and person.

    ``day`` is the due date the step counts towards, so that a postponed task is reminded of anew. ``is_copy`` marks
    the head's copy (抄送) of what somebody else has to do.
    """

    class Kind(models.TextChoices):
        DUE_IN_7 = "due_7", _("七个工作日内到期")
        DUE_IN_3 = "due_3", _("三个工作日内到期")
        OVERDUE = "overdue", _("已逾期")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="reminders")
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
            models.UniqueConstraint(fields=["task", "recipient", "kind", "day"], name="reminder_claimed_once")
        ]
        indexes = [
            models.Index(
                fields=["recipient"],
                condition=models.Q(digest__isnull=True, dropped_at__isnull=True),
                name="reminders_waiting",
            )
        ]


class Delivery(models.Model):
    """One message handed to one channel. The key is the same at every try, so that a repeat can be recognised.

    ``attempts`` and ``next_at`` move before each try, not after it: they are its claim (`workflow.notifications`).
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("电子邮件")

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel)
    key = models.CharField(max_length=80, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(help_text="not to be tried before")
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True, help_text="everything was done, or the person left, before it went")
    error = models.CharField(max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(sent_at__isnull=True, dropped_at__isnull=True),
                name="deliveries_waiting",
            )
        ]
