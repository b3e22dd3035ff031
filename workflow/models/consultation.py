"""征求意见: what each unit answered about each of its rows, and how that was settled."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.models import Pledge, Post, Unit, User


class ConsultationAnswer(models.Model):
    """One unit's answer about one draft. A row that goes to another lead unit is answered anew by that unit."""

    class Answer(models.TextChoices):
        AGREE = "agree", _("同意")
        ADJUST = "adjust", _("建议调整")

    class Settlement(models.TextChoices):
        ADOPTED = "adopted", _("采纳")
        PARTLY = "partly", _("部分采纳")
        KEPT = "kept", _("不采纳")

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="consultation_answers")
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(_("意见"), max_length=8, choices=Answer)
    words = models.CharField(_("建议"), max_length=500, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("答复时间"))
    settlement = models.CharField(_("处理"), max_length=8, choices=Settlement, blank=True)
    settlement_words = models.CharField(_("处理说明"), max_length=500, blank=True)
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pledge", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "unit"], name="one_answer_a_unit_and_row"),
            models.CheckConstraint(condition=Q(answer="agree") | ~Q(words=""), name="an_adjustment_says_what"),
        ]
