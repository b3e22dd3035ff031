"""清除: removing what should never have entered, by two people together. The events stay and the chain verifies."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pledges.models import Post, User
from workflow.models.audit import Event


class Erasure(models.Model):
    """Proposed by the security administrator, confirmed by the director. ``subject`` is such as ``document:3``."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("待主任确认")
        DONE = "done", _("已清除")
        REFUSED = "refused", _("未同意")

    subject = models.CharField(_("对象"), max_length=60)
    reason = models.CharField(_("理由"), max_length=300)
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("提出时间"))
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("决定时间"), null=True)

    class Meta:
        ordering = ["-proposed_at", "pk"]


class ErasedEvent(models.Model):
    """An event whose payload an erasure takes away; while this row stands the database lets that one payload go."""

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="events")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="erased")
