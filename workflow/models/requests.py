"""申请: what a unit asks of those above it, step by step up the ladder until somebody decides."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pledges.models import Pledge, Post, User
from workflow.models.signed_pages import SignedPage
from workflow.querysets import RequestQuerySet


class Request(models.Model):
    """One request. ``given`` is what granting it would do, as its kind's needs read it (rows by id, days as text).

    ``asked_late``: made after the due date in force. ``due_date`` is the day of the whole decision; each step has its
    own in its task.
    """

    class Kind(models.TextChoices):
        EXTENSION = "extension", _("延期")
        REASSIGNMENT = "reassignment", _("调整责任")
        TARGET_CHANGE = "target_change", _("调整目标")
        COORDINATION = "coordination", _("提请协调")
        PERSON_CHANGE = "person_change", _("调整责任人")
        SUSPENSION = "suspension", _("暂缓")
        RESUMPTION = "resumption", _("恢复推进")
        WITHDRAWAL = "withdrawal", _("撤销")
        CONCLUSION_REVIEW = "conclusion_review", _("复核")

    class Status(models.TextChoices):
        OPEN = "open", _("待决定")
        GRANTED = "granted", _("同意")
        REFUSED = "refused", _("不同意")
        TAKEN_BACK = "taken_back", _("已撤回")

    pledge = models.ForeignKey(Pledge, verbose_name=_("事项"), on_delete=models.CASCADE, related_name="requests")
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    reason = models.CharField(_("理由"), max_length=500)
    given = models.JSONField(default=dict)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("提出时间"))
    asked_late = models.BooleanField(_("到期后提出"), default=False)
    due_date = models.DateField(_("决定期限"))
    status = models.CharField(_("状态"), max_length=12, choices=Status, default=Status.OPEN)
    words = models.CharField(_("决定意见"), max_length=500, blank=True)
    document_number = models.CharField(_("文号"), max_length=100, blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    signed_page = models.ForeignKey(SignedPage, null=True, on_delete=models.PROTECT, related_name="requests")
    version = models.PositiveIntegerField(default=1)

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pledge", "kind"], condition=Q(status="open"), name="one_open_request_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(status="open", decided_at__isnull=True) | (~Q(status="open") & Q(decided_at__isnull=False)),
                name="request_decided_exactly_when_not_open",
            ),
        ]


class RequestStep(models.Model):
    """One rung: who was asked, until when, and what they said. ``passed_on`` when nobody answered in time."""

    class Name(models.TextChoices):
        CONSULTATION = "consultation", _("会商")
        COORDINATION = "coordination", _("督查室协调")
        DECISION = "decision", _("决定")

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("环节"), max_length=14, choices=Name)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_date = models.DateField(_("期限"))
    words = models.CharField(_("意见"), max_length=500, blank=True)
    agrees = models.BooleanField(_("同意"), null=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    passed_on_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["request", "position"]
        constraints = [models.UniqueConstraint(F("request"), F("position"), name="request_step_once")]
