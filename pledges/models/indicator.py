"""统计指标: figures that are published once and used by every target that names them."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pledges.models.organisation import Post, Unit, User
from pledges.querysets import IndicatorQuerySet


class QuantityKind(models.TextChoices):
    AMOUNT = "amount", _("数量")
    GROWTH = "growth", _("增幅")
    REDUCTION = "reduction", _("降幅")
    SHARE = "share", _("比率")


class FigureNumber(models.TextChoices):
    """Which number of a published figure a target is measured by."""

    VALUE = "value", _("数值")
    YEAR_ON_YEAR = "year_on_year", _("同比")


class Indicator(models.Model):
    """统计指标. Amounts are in base units, like a target's; people type and read ``scale`` times the unit.

    ``quantity_kind`` says what the value is; the year-on-year change stands beside it, in percent, as published.
    """

    government = models.ForeignKey(Unit, verbose_name=_("政府"), on_delete=models.PROTECT, related_name="indicators")
    name = models.CharField(_("指标名称"), max_length=80)
    unit = models.CharField(_("单位"), max_length=20)
    scale = models.PositiveIntegerField(_("倍数"), default=1, validators=[MinValueValidator(1)])
    quantity_kind = models.CharField(_("量的种类"), max_length=10, choices=QuantityKind, default=QuantityKind.AMOUNT)
    publisher = models.CharField(_("发布单位"), max_length=60)
    position = models.PositiveIntegerField(_("排序"), default=0)
    is_active = models.BooleanField(_("启用"), default=True)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["government", "name"], name="indicator_named_once")]

    def __str__(self) -> str:
        return self.name


class Figure(models.Model):
    """One published figure of a data period (1—2月 is 1 January to the end of February), revision by revision.

    A row without a number plans the release day. Until ``release_date`` a figure counts nowhere, whether it has been
    entered or not. ``year_on_year`` is in percent and, like ``value``, as published: nothing is computed from either.
    """

    class Stage(models.TextChoices):
        PROVISIONAL = "provisional", _("初步")
        FINAL = "final", _("最终")

    indicator = models.ForeignKey(Indicator, verbose_name=_("指标"), on_delete=models.PROTECT, related_name="figures")
    start_date = models.DateField(_("起始日"))
    end_date = models.DateField(_("截止日"))
    value = models.DecimalField(_("数值"), max_digits=20, decimal_places=4, null=True, blank=True)
    year_on_year = models.DecimalField(_("同比(%)"), max_digits=12, decimal_places=4, null=True, blank=True)
    rank = models.PositiveSmallIntegerField(_("位次"), null=True, blank=True)
    rank_of = models.PositiveSmallIntegerField(_("参加排位数"), null=True, blank=True)
    stage = models.CharField(_("阶段"), max_length=12, choices=Stage, default=Stage.PROVISIONAL)
    release_date = models.DateField(_("发布日期"))
    revision = models.PositiveSmallIntegerField(_("版次"), default=1)
    reason = models.CharField(_("修订原因"), max_length=200, blank=True)
    entered_by = models.ForeignKey(
        User, verbose_name=_("录入人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("录入时间"), null=True)

    class Meta:
        ordering = ["indicator", "end_date", "start_date", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "end_date", "start_date", "revision"], name="figure_revision_once"
            ),
            models.CheckConstraint(
                condition=Q(end_date__gte=F("start_date"), revision__gte=1), name="figure_runs_forward"
            ),
            models.CheckConstraint(
                condition=Q(entered_at__isnull=True, value__isnull=True, year_on_year__isnull=True, revision=1)
                | (Q(entered_at__isnull=False) & (Q(value__isnull=False) | Q(year_on_year__isnull=False))),
                name="figure_entered_with_a_number",
            ),
            models.CheckConstraint(condition=Q(revision=1) | ~Q(reason=""), name="revised_figure_has_reason"),
            models.CheckConstraint(
                condition=Q(rank__isnull=True, rank_of__isnull=True)
                | Q(rank__gte=1, rank_of__isnull=False, rank__lte=F("rank_of")),
                name="rank_is_of_so_many",
            ),
        ]

    @property
    def is_entered(self) -> bool:
        return self.entered_at is not None
