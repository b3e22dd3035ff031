"""A light set by decision, beside the one that the rules give (docs/adr/0016)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pledges.models.organisation import Post, User
from pledges.models.pledge import Pledge
from pledges.models.programme import Period
from pledges.querysets import LightOverrideQuerySet


class LightOverride(models.Model):
    """亮灯调整: for one period. ``rule_light`` and ``rule_reason`` are what the rules gave when it was decided."""

    class Light(models.TextChoices):
        RED = "red", _("红灯")
        YELLOW = "yellow", _("黄灯")
        GREEN = "green", _("绿灯")

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="light_overrides")
    period = models.ForeignKey(Period, verbose_name=_("期"), on_delete=models.PROTECT, related_name="light_overrides")
    light = models.CharField(_("调整为"), max_length=6, choices=Light)
    reason = models.CharField(_("理由"), max_length=300)
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    rule_light = models.CharField(_("规则判定"), max_length=6)
    rule_reason = models.CharField(_("亮灯原因"), max_length=20)
    rules_version = models.PositiveSmallIntegerField(_("规则版本"))
    decided_by = models.ForeignKey(User, verbose_name=_("决定人"), on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("决定时间"))
    withdrawn_at = models.DateTimeField(_("取消时间"), null=True, blank=True)

    objects = LightOverrideQuerySet.as_manager()

    class Meta:
        ordering = ["pledge", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pledge", "period"], condition=Q(withdrawn_at=None), name="one_override_stands_in_period"
            ),
            models.CheckConstraint(condition=~Q(light=F("rule_light")), name="override_differs_from_rules"),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.period_id} {self.rule_light} → {self.light}"
