"""What key projects and livelihood items are told beyond a report: one sheet a pledge, filled in with the report.

What another fact says already is not a column here, so that nothing is asked twice: 形象进度 is the report's sentence,
本年完成 the value of the pledge's investment target, and the days of 开工, 竣工 and 手续 those of the milestones.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from pledges.models.pledge import Pledge


def _amount(label: Any) -> Any:
    return models.DecimalField(label, max_digits=20, decimal_places=4, null=True, blank=True)


class ProjectSheet(models.Model):
    """重点项目. Amounts are in yuan; the columns that milestones or targets may answer are used where they do not."""

    class Nature(models.TextChoices):
        NEW = "new", _("新建")
        EXPANSION = "expansion", _("扩建")
        REBUILDING = "rebuilding", _("改建")
        CONTINUED = "continued", _("续建")

    pledge = models.OneToOneField(Pledge, on_delete=models.CASCADE, related_name="project_sheet")
    nature = models.CharField(_("建设性质"), max_length=12, choices=Nature, blank=True)
    place = models.CharField(_("建设地点"), max_length=100, blank=True)
    scale = models.CharField(_("建设规模"), max_length=200, blank=True)
    total_investment = _amount(_("总投资"))
    invested_before = _amount(_("至上年底累计完成投资"))
    planned_investment = _amount(_("年度计划投资"))
    invested = _amount(_("本年完成投资"))
    funded = _amount(_("资金到位"))
    planned_start = models.DateField(_("计划开工"), null=True, blank=True)
    actual_start = models.DateField(_("实际开工"), null=True, blank=True)
    planned_finish = models.DateField(_("计划竣工"), null=True, blank=True)
    actual_finish = models.DateField(_("实际竣工"), null=True, blank=True)
    procedures = models.CharField(_("手续办理"), max_length=300, blank=True)


class LivelihoodSheet(models.Model):
    """民生实事. Amounts are in yuan."""

    pledge = models.OneToOneField(Pledge, on_delete=models.CASCADE, related_name="livelihood_sheet")
    vote_number = models.CharField(_("票决文号"), max_length=100, blank=True)
    budget = _amount(_("预算"))
    funded = _amount(_("资金到位"))
    spent = _amount(_("资金支出"))
    sites = models.CharField(_("点位"), max_length=300, blank=True)
    beneficiaries = models.PositiveIntegerField(_("受益人数"), null=True, blank=True)
