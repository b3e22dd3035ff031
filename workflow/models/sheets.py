"""督办单: one to a unit, of one colour, with a row for each item."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.models import Pledge, Programme, Unit, User
from workflow.querysets import SheetQuerySet


class Sheet(models.Model):
    """Proposed by the weekly list, issued by the director alone; ``number`` is given on issuing (督〔2020〕12号)."""

    class Colour(models.TextChoices):
        YELLOW = "yellow", _("黄色督办单")
        RED = "red", _("红色督办单")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("拟发")
        ISSUED = "issued", _("已发出")
        ANSWERED = "answered", _("已回复")
        CLOSED = "closed", _("已办结")
        DROPPED = "dropped", _("不予发出")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="sheets")
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="sheets")
    colour = models.CharField(_("颜色"), max_length=6, choices=Colour)
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.PROPOSED)
    number = models.CharField(_("编号"), max_length=40, blank=True)
    proposed_at = models.DateTimeField(_("拟发时间"))
    issued_date = models.DateField(_("发出日期"), null=True)
    due_date = models.DateField(_("回复期限"), null=True)
    issued_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(_("督办要求"), max_length=500, blank=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = SheetQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "unit", "colour"], condition=Q(status="proposed"), name="one_proposed_sheet_a_unit"
            ),
            models.UniqueConstraint(fields=["programme", "number"], condition=~Q(number=""), name="sheet_number_once"),
            models.CheckConstraint(
                condition=Q(status__in=("proposed", "dropped"), number="")
                | (~Q(status__in=("proposed", "dropped")) & ~Q(number="") & Q(due_date__isnull=False)),
                name="issued_sheet_has_number_and_due_date",
            ),
        ]


class SheetRow(models.Model):
    """One item on a sheet: why it is there, what the unit answered, and whether that was accepted."""

    class Reason(models.TextChoices):
        BEHIND_TWICE = "behind_twice", _("连续两期未达序时")
        URGE_UNANSWERED = "urge_unanswered", _("催办未回应")
        OVERDUE = "overdue", _("逾期")
        YELLOW_UNANSWERED = "yellow_unanswered", _("黄色督办单未按期回复")
        ADDED = "added", _("督查室提出")

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("认可")
        REJECTED = "rejected", _("不认可")

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="rows")
    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="sheet_rows")
    reason = models.CharField(_("事由"), max_length=20, choices=Reason)
    finding = models.CharField(_("情况"), max_length=300, blank=True)
    answer = models.CharField(_("回复"), max_length=500, blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    verdict = models.CharField(_("认定"), max_length=8, choices=Verdict, blank=True)
    verdict_words = models.CharField(_("认定意见"), max_length=300, blank=True)
    judged_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["sheet", "pledge__number"]
        constraints = [models.UniqueConstraint(fields=["sheet", "pledge"], name="item_once_on_a_sheet")]
