"""The pledge: one undertaking with owners, due date, targets and state."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pledges.models import indicator as indicators
from pledges.models.organisation import Post, Unit
from pledges.models.programme import Programme
from pledges.models.source import Document, Measure
from pledges.querysets import PledgeQuerySet


class State(models.TextChoices):
    DRAFT = "draft", _("待交办")
    ASSIGNED = "assigned", _("待签收")
    IN_PROGRESS = "in_progress", _("推进中")
    CLAIMED = "claimed", _("待核验")
    CLOSED = "closed", _("已销号")
    SUSPENDED = "suspended", _("暂缓")
    WITHDRAWN = "withdrawn", _("已撤销")


class Outcome(models.TextChoices):
    MET = "met", _("完成")
    MET_WITH_CHANGE = "met_with_change", _("调整后完成")
    NOT_MET = "not_met", _("未完成")


class Pledge(models.Model):
    """任务事项. The state is written by the gate alone (`workflow.services.perform`).

    ``version`` rises with every change except a report. ``due_date`` is the date in force, ``original_due_date`` the
    one first assigned; ``claim_due_date`` the date in force when the claim was made, which alone decides "late".
    The last block (light and figures) is what `pledges.completion` says of the facts, kept for lists and roll-ups;
    ``decided_light`` is what a director has decided for the running period (`LightOverride`), and counts instead.
    """

    class Form(models.TextChoices):
        QUANTIFIED = "quantified", _("量化")
        MILESTONE = "milestone", _("节点")
        ONGOING = "ongoing", _("持续")

    class Firmness(models.TextChoices):
        FIRM = "firm", _("确保")
        AIM = "aim", _("力争")
        PROCESS = "process", _("推进")

    class Cadence(models.TextChoices):
        MONTHLY = "monthly", _("每月")
        QUARTERLY = "quarterly", _("每季")
        ANNUAL = "annual", _("每年")

    programme = models.ForeignKey(Programme, verbose_name=_("台账"), on_delete=models.PROTECT, related_name="pledges")
    number = models.CharField(_("编号"), max_length=20)
    title = models.CharField(_("工作任务"), max_length=400)
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="pledges")
    measure = models.OneToOneField(Measure, null=True, on_delete=models.PROTECT, related_name="pledge")
    quote = models.TextField(_("原文"), blank=True)
    section = models.CharField(_("来源章节"), max_length=200, blank=True)
    form = models.CharField(_("类型"), max_length=12, choices=Form)
    firmness = models.CharField(_("措辞"), max_length=8, choices=Firmness, default=Firmness.FIRM)
    deliverable = models.CharField(_("成果"), max_length=200, blank=True)
    lead_unit = models.ForeignKey(
        Unit, verbose_name=_("牵头单位"), null=True, on_delete=models.PROTECT, related_name="led_pledges"
    )
    leader = models.ForeignKey(
        Post, verbose_name=_("牵头领导"), null=True, blank=True, on_delete=models.PROTECT, related_name="portfolio"
    )
    person = models.CharField(_("责任人"), max_length=60, blank=True)
    start_date = models.DateField(_("开始"), null=True, blank=True)
    due_date = models.DateField(_("完成时限"), null=True)
    original_due_date = models.DateField(_("原定时限"), null=True)
    cadence = models.CharField(_("填报周期"), max_length=10, choices=Cadence, default=Cadence.QUARTERLY)
    tags = models.JSONField(_("标签"), default=list, blank=True)
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField(_("权重"), default=1, validators=[MinValueValidator(1)])
    goal = models.CharField(_("总目标"), max_length=200, blank=True, help_text="of several years, this being one stage")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    carried_from = models.OneToOneField(
        "self", verbose_name=_("结转自"), null=True, blank=True, on_delete=models.PROTECT, related_name="carried_to"
    )

    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.DRAFT)
    outcome = models.CharField(_("结论"), max_length=16, choices=Outcome, blank=True)
    assigned_date = models.DateField(_("交办日期"), null=True)
    signed_date = models.DateField(_("签收日期"), null=True)
    claimed_date = models.DateField(_("申请销号日期"), null=True)
    claim_due_date = models.DateField(_("申请时的时限"), null=True)
    closed_date = models.DateField(_("销号日期"), null=True)
    suspended_until = models.DateField(_("暂缓至"), null=True, blank=True)
    rechecked_date = models.DateField(_("回头看日期"), null=True)
    recheck_held = models.BooleanField(_("回头看属实"), null=True)
    version = models.PositiveIntegerField(default=1)

    light = models.CharField(_("亮灯"), max_length=6, blank=True)
    light_reason = models.CharField(_("亮灯原因"), max_length=20, blank=True)
    progress_bp = models.IntegerField(_("完成率"), null=True)
    plan_bp = models.IntegerField(_("序时计划"), null=True)
    pace = models.CharField(_("序时"), max_length=6, blank=True)
    data_date = models.DateField(_("数据日期"), null=True)
    missed = models.PositiveSmallIntegerField(_("连续未报送"), default=0)
    last_light = models.CharField(_("上次亮灯"), max_length=6, blank=True)
    was_red = models.PositiveSmallIntegerField(_("曾亮红灯"), default=0)
    decided_light = models.CharField(_("亮灯调整"), max_length=6, blank=True)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="pledge_number_once"),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT)
                | Q(lead_unit__isnull=False, due_date__isnull=False, assigned_date__isnull=False),
                name="assigned_pledge_has_lead_and_due_date",
            ),
            models.CheckConstraint(
                condition=~Q(form="ongoing") | Q(state=State.DRAFT) | ~Q(deliverable=""),
                name="ongoing_pledge_has_deliverable",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.CLOSED) & ~Q(outcome="")) | (~Q(state=State.CLOSED) & Q(outcome="")),
                name="outcome_exactly_when_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "lead_unit", "state"]),
            models.Index(fields=["programme", "light"]),
            models.Index(fields=["due_date"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def shown_light(self) -> str:
        """The light that counts: the one decided for the running period, else that of the rules."""
        return self.decided_light or self.light

    @property
    def is_light_decided(self) -> bool:
        """Whether the light that counts is another than that of the rules."""
        return self.shown_light != self.light

    @property
    def is_late(self) -> bool:
        """Whether the claim came after the due date in force at that moment; survives closing (domain: late)."""
        return bool(self.claimed_date and self.claim_due_date and self.claimed_date > self.claim_due_date)


class Party(models.Model):
    """A unit's part in a pledge. Lists are filtered by these rows, so they are facts and not computed rights."""

    class Part(models.TextChoices):
        LEAD = "lead", _("牵头")
        SUPPORT = "support", _("配合")
        ALLOCATOR = "allocator", _("分解")

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="parties")
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="parties")
    part = models.CharField(_("分工"), max_length=10, choices=Part)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pledge", "unit"], name="party_once_in_pledge"),
            models.UniqueConstraint(fields=["pledge"], condition=Q(part="lead"), name="one_lead_in_pledge"),
        ]


class Target(models.Model):
    """目标. Amounts are in base units (户, 元); people see and type ``scale`` times the unit (10000 户 is 万户).

    ``source`` is whose number counts. Where it is an ``indicator``, a published figure does, by the number that
    ``uses`` names, and what the unit reports is 预计.
    """

    class Comparator(models.TextChoices):
        GE = "ge", _("不少于")
        LE = "le", _("不超过")
        EQ = "eq", _("达到")
        APPROX = "approx", _("左右")
        RANGE = "range", _("区间")

    class Source(models.TextChoices):
        UNIT = "unit", _("牵头单位填报")
        DEPARTMENT = "department", _("主管部门数据")
        INDICATOR = "indicator", _("统计指标")

    QuantityKind = indicators.QuantityKind

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="targets")
    position = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(_("指标"), max_length=120, blank=True)
    value = models.DecimalField(_("目标值"), max_digits=20, decimal_places=4)
    value_max = models.DecimalField(_("目标上限"), max_digits=20, decimal_places=4, null=True, blank=True)
    unit = models.CharField(_("单位"), max_length=20)
    scale = models.PositiveIntegerField(_("倍数"), default=1, validators=[MinValueValidator(1)])
    comparator = models.CharField(_("比较"), max_length=6, choices=Comparator, default=Comparator.EQ)
    quantity_kind = models.CharField(_("量的种类"), max_length=10, choices=QuantityKind, default=QuantityKind.AMOUNT)
    baseline = models.DecimalField(_("基数"), max_digits=20, decimal_places=4, null=True, blank=True)
    more_is_worse = models.BooleanField(_("越低越好"), default=False)
    zero_tolerance = models.BooleanField(_("零容忍"), default=False)
    quote = models.CharField(_("原文"), max_length=60, blank=True)
    source = models.CharField(_("数据来源"), max_length=10, choices=Source, default=Source.UNIT)
    source_unit = models.ForeignKey(
        Unit, verbose_name=_("提供数据的部门"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    indicator = models.ForeignKey(
        indicators.Indicator,
        verbose_name=_("统计指标"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="targets",
    )
    uses = models.CharField(_("所用数字"), max_length=12, choices=indicators.FigureNumber, blank=True)

    class Meta:
        ordering = ["pledge", "position"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "position"], name="target_position_once"),
            models.CheckConstraint(
                condition=Q(source="unit", source_unit__isnull=True, indicator__isnull=True, uses="")
                | Q(source="department", source_unit__isnull=False, indicator__isnull=True, uses="")
                | (Q(source="indicator", source_unit__isnull=True, indicator__isnull=False) & ~Q(uses="")),
                name="target_names_its_source",
            ),
            models.CheckConstraint(
                condition=Q(baseline__isnull=True) | ~Q(baseline=F("value")), name="target_differs_from_baseline"
            ),
            models.CheckConstraint(
                condition=(Q(comparator="range", value_max__isnull=False) & Q(value_max__gte=F("value")))
                | (~Q(comparator="range") & Q(value_max__isnull=True)),
                name="range_exactly_when_two_values",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value.normalize():f}{self.unit}"


class TrajectoryPoint(models.Model):
    """序时计划: the planned cumulative value at the end of a day."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="trajectory")
    day = models.DateField(_("日期"))
    value = models.DecimalField(_("计划累计值"), max_digits=20, decimal_places=4)

    class Meta:
        ordering = ["target", "day"]
        constraints = [models.UniqueConstraint(fields=["target", "day"], name="trajectory_once_a_day")]


class Milestone(models.Model):
    """节点: a stage with its planned day; ``weight`` is its share of the whole. Reports say when it was done."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(_("节点"), max_length=100)
    planned_date = models.DateField(_("计划日期"))
    weight = models.PositiveSmallIntegerField(_("权重"), default=1, validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["pledge", "position"]
        constraints = [models.UniqueConstraint(fields=["pledge", "position"], name="milestone_position_once")]
