"""What units reported. A new report never erases an old one."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.models.organisation import Post, User
from pledges.models.pledge import Milestone, Pledge, Target
from pledges.models.programme import Period
from pledges.querysets import ReportQuerySet


class ReportStatus(models.TextChoices):
    """待审签: the head has not approved it; 未审核: nobody has checked it. Live figures use both."""

    SUBMITTED = "submitted", _("待审签")
    APPROVED = "approved", _("未审核")
    ACCEPTED = "accepted", _("已审核")
    RETURNED = "returned", _("已退回")


class Report(models.Model):
    """进展填报: per pledge and period, revision by revision; values are cumulative for the year.

    ``late`` says that the period's window had closed. Live figures use the newest report that was not returned.
    ``judged_behind`` is the supervisor's judgement of an ongoing item for this period, given when accepting.
    """

    class Problem(models.TextChoices):
        LAND = "land", _("用地")
        MONEY = "money", _("资金")
        APPROVAL = "approval", _("审批")
        CLEARANCE = "clearance", _("征拆")
        OTHER = "other", _("其他")

    class Outlook(models.TextChoices):
        SURE = "sure", _("确保完成")
        HARD = "hard", _("有困难")
        UNLIKELY = "unlikely", _("难以完成")

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="reports")
    period = models.ForeignKey(Period, verbose_name=_("期"), on_delete=models.PROTECT, related_name="reports")
    revision = models.PositiveSmallIntegerField(_("版次"), default=1)
    data_date = models.DateField(_("数据日期"))
    sentence = models.CharField(_("进展情况"), max_length=500)
    problem_kind = models.CharField(_("问题类别"), max_length=10, choices=Problem, blank=True)
    problem = models.CharField(_("存在问题"), max_length=500, blank=True)
    next_step = models.CharField(_("下步措施"), max_length=500, blank=True)
    needs_coordination = models.CharField(_("需协调事项"), max_length=500, blank=True)
    outlook = models.CharField(_("全年预判"), max_length=10, choices=Outlook, blank=True)
    fall_reason = models.CharField(_("数值下降原因"), max_length=200, blank=True)
    status = models.CharField(_("审核"), max_length=10, choices=ReportStatus, default=ReportStatus.SUBMITTED)
    return_reason = models.CharField(_("退回理由"), max_length=200, blank=True)
    judged_behind = models.BooleanField(_("评定滞后"), default=False)
    late = models.BooleanField(_("逾期填报"), default=False)
    reported_by = models.ForeignKey(
        User, verbose_name=_("填报人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(_("填报时间"))

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["pledge", "period", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "period", "revision"], name="report_revision_once"),
            models.CheckConstraint(
                condition=~Q(status=ReportStatus.RETURNED) | ~Q(return_reason=""), name="returned_report_has_reason"
            ),
        ]


class ReportValue(models.Model):
    """The cumulative value of one target, in base units."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="values")
    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="values")
    value = models.DecimalField(_("累计完成"), max_digits=20, decimal_places=4)

    class Meta:
        ordering = ["target__position"]
        constraints = [models.UniqueConstraint(fields=["report", "target"], name="value_once_in_report")]


class ReportStage(models.Model):
    """A stage that the report says is done. Like the values, a report states all that are done, not only the new."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="stages")
    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="reported")
    done_date = models.DateField(_("完成日期"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "milestone"], name="stage_once_in_report")]


class Evidence(models.Model):
    """佐证: a text or a link; never compulsory."""

    class Kind(models.TextChoices):
        TEXT = "text", _("文字")
        LINK = "link", _("链接")

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(_("类别"), max_length=6, choices=Kind)
    content = models.CharField(_("内容"), max_length=1000)
