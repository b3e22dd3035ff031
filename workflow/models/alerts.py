"""What cannot wait for the next digest: an urge, an issued sheet, an instruction to act."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.models import User
from workflow.models.robots import Robot
from workflow.models.tasks import Task
from workflow.reminder_querysets import AlertQuerySet


class Alert(models.Model):
    """One task told at once to one person, or to a unit's robot; the person's entry in the inbox as well.

    Alerts that wait together go out as one message: ``told_with`` is the first of them, itself for that one, and null
    while nobody has looked at it yet.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="alerts")
    recipient = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="alerts")
    robot = models.ForeignKey(Robot, null=True, on_delete=models.CASCADE, related_name="alerts")
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(null=True)
    told_with = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="told")

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["task", "recipient"], name="alert_once_a_person"),
            models.UniqueConstraint(fields=["task", "robot"], name="alert_once_a_robot"),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, robot__isnull=True)
                | Q(recipient__isnull=True, robot__isnull=False),
                name="alert_is_to_a_person_or_a_robot",
            ),
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(told_with__isnull=True), name="alerts_waiting")]
