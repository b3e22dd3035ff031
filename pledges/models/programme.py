"""One plan year's items, its reporting periods, and the working-day calendar."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pledges.models.organisation import Unit
from pledges.querysets import PeriodQuerySet, ProgrammeQuerySet


class ProgrammeState(models.TextChoices):
    DRAFTING = "drafting", _("拟分解")
    CONSULTING = "consulting", _("征求意见")
    APPROVED = "approved", _("审定")
    ISSUED = "issued", _("印发")


class Programme(models.Model):
    """年度台账. ``thresholds`` overrides the defaults of `pledges.completion.Thresholds` field by field."""

    government = models.ForeignKey(Unit, verbose_name=_("政府"), on_delete=models.PROTECT, related_name="programmes")
    year = models.PositiveSmallIntegerField(_("计划年度"))
    title = models.CharField(_("名称"), max_length=120)
    state = models.CharField(_("状态"), max_length=12, choices=ProgrammeState, default=ProgrammeState.DRAFTING)
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    approved_by = models.CharField(_("审定人"), max_length=100, blank=True)
    approval_document = models.CharField(_("审定文件"), max_length=100, blank=True)
    approved_date = models.DateField(_("审定日期"), null=True, blank=True)
    issued_date = models.DateField(_("印发日期"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    thresholds = models.JSONField(_("阈值"), default=dict, blank=True)
    next_number = models.PositiveIntegerField(default=1, editable=False)
    next_sheet_number = models.PositiveIntegerField(default=1, editable=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["government", "year"], name="programme_once_a_year"),
            models.CheckConstraint(condition=Q(year__gte=1990, year__lte=2200), name="programme_year_plausible"),
        ]

    def __str__(self) -> str:
        return self.title


class PeriodState(models.TextChoices):
    OPEN = "open", _("填报中")
    CHECKING = "checking", _("核对期")
    CLOSED = "closed", _("已结账")


class Period(models.Model):
    """期: a quarter with its reporting window. ``closes_date`` is the window's last day, until 24:00.

    After the window the units check their figures (核对期, until ``check_due_date``), then the director closes it.
    """

    programme = models.ForeignKey(Programme, verbose_name=_("台账"), on_delete=models.CASCADE, related_name="periods")
    key = models.CharField(_("期"), max_length=10, help_text="2020-Q3")
    start_date = models.DateField(_("起始日"))
    end_date = models.DateField(_("截止日"))
    opens_date = models.DateField(_("填报开始"))
    closes_date = models.DateField(_("填报截止"))
    state = models.CharField(_("状态"), max_length=10, choices=PeriodState, default=PeriodState.OPEN)
    check_due_date = models.DateField(_("核对截止"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结账时间"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["start_date"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "key"], name="period_once_in_programme"),
            models.CheckConstraint(
                condition=Q(end_date__gte=F("start_date")) & Q(closes_date__gte=F("opens_date")),
                name="period_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def quarter(self) -> int:
        return (self.end_date.month + 2) // 3


class WorkingDay(models.Model):
    """A day that differs from its weekday: a holiday, or a make-up day at a weekend.

    Filled once a year from the published calendar and editable. ``provisional`` marks days of a year whose State
    Council notice was not out when they were filled in.
    """

    day = models.DateField(_("日期"), unique=True)
    is_working = models.BooleanField(_("上班"))
    note = models.CharField(_("说明"), max_length=60, blank=True)
    provisional = models.BooleanField(_("暂定"), default=False)

    class Meta:
        ordering = ["day"]
