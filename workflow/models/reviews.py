"""What people said of reports, and acts that one person prepares for another's decision."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.models import Pledge, Post, Report, User
from workflow.models.signed_pages import SignedPage


class ReportReview(models.Model):
    """One step of a report's way: 审签 by the head (or on paper), 审核通过 or 退回 by who checks it."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("审签")
        ACCEPTED = "accepted", _("审核通过")
        RETURNED = "returned", _("退回补充")

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="reviews")
    verdict = models.CharField(_("意见"), max_length=10, choices=Verdict)
    words = models.CharField(_("理由"), max_length=200, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))
    signed_page = models.ForeignKey(SignedPage, null=True, on_delete=models.PROTECT, related_name="report_reviews")

    class Meta:
        ordering = ["report", "pk"]


class Proposal(models.Model):
    """拟办: an act of the table prepared by one person for another's decision. ``given`` is what the act would need."""

    class Act(models.TextChoices):
        CLAIM = "claim", _("申请销号")
        VERIFY = "verify", _("核验")

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="proposals")
    act = models.CharField(_("动作"), max_length=10, choices=Act)
    given = models.JSONField(default=dict)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))
    closed_at = models.DateTimeField(null=True, help_text="when it was decided, returned or overtaken")

    class Meta:
        ordering = ["pledge", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pledge", "act"], condition=Q(closed_at__isnull=True), name="one_open_proposal_of_an_act"
            )
        ]
