"""Tasks: who must do what by when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pledges.models import Document, Period, Pledge, Post
from workflow.querysets import TaskQuerySet


class Task(models.Model):
    """待办. Bound to a post, so a successor inherits it; opened and closed by transitions alone."""

    class Kind(models.TextChoices):
        REVIEW_MEASURES = "review_measures", _("核定拟立项条目")
        ASSIGN = "assign", _("交办")
        SIGN = "sign", _("签收")
        REPORT = "report", _("填报")
        REVIEW_REPORT = "review_report", _("审核填报")
        SUPPLEMENT = "supplement", _("补充材料")
        VERIFY = "verify", _("核验")

    kind = models.CharField(_("事项"), max_length=20, choices=Kind)
    post = models.ForeignKey(Post, verbose_name=_("岗位"), on_delete=models.PROTECT, related_name="tasks")
    pledge = models.ForeignKey(Pledge, null=True, on_delete=models.CASCADE, related_name="tasks")
    document = models.ForeignKey(Document, null=True, on_delete=models.CASCADE, related_name="tasks")
    period = models.ForeignKey(Period, null=True, on_delete=models.CASCADE, related_name="tasks")
    due_date = models.DateField(_("期限"))
    opened_at = models.DateTimeField(_("产生时间"))
    closed_at = models.DateTimeField(_("办结时间"), null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_date", "pk"]
        constraints = [
            models.UniqueConstraint(
                F("kind"),
                F("pledge"),
                F("post"),
                condition=Q(closed_at__isnull=True, pledge__isnull=False),
                name="one_open_task_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(pledge__isnull=False) | Q(document__isnull=False), name="task_is_about_something"
            ),
        ]
        indexes = [
            models.Index(fields=["post", "due_date"], condition=Q(closed_at__isnull=True), name="open_tasks_of_post")
        ]
