"""核对期: what each unit says of its figures before the period is closed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.models import Period, Pledge, Post, Unit, User


class PeriodCheck(models.Model):
    """One unit's answer about one period."""

    class Answer(models.TextChoices):
        AGREE = "agree", _("无异议")
        OBJECT = "object", _("有异议")

    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="checks")
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(_("意见"), max_length=8, choices=Answer)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("答复时间"))

    class Meta:
        ordering = ["period", "unit"]
        constraints = [models.UniqueConstraint(fields=["period", "unit"], name="one_check_a_unit_and_period")]


class Objection(models.Model):
    """What a unit objects to in one item's figures, with its evidence, and how the office settled it."""

    check_row = models.ForeignKey(PeriodCheck, on_delete=models.CASCADE, related_name="objections")
    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="objections")
    words = models.CharField(_("异议"), max_length=500)
    evidence = models.CharField(_("依据"), max_length=1000, blank=True)
    settlement = models.CharField(_("处理"), max_length=500, blank=True)
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["check_row", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["check_row", "pledge"], name="one_objection_an_item"),
            models.CheckConstraint(
                condition=Q(settlement="", settled_at__isnull=True) | (~Q(settlement="") & Q(settled_at__isnull=False)),
                name="objection_settled_with_words",
            ),
        ]
