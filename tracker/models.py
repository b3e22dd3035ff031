"""What is counted for people: roll-ups, and the scopes that wait to be counted again."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.actors import Actor
from pledges.models import Programme, Unit
from pledges.querysets import OWN_UNIT, WHOLE_PROGRAMME, governments_of

# What each one counts stands in `tracker.rollups.COUNTED`.
FIGURES = (
    "in_force",
    "open_count",
    "claimed",
    "met",
    "met_with_change",
    "not_met",
    "late",
    "overdue",
    "red",
    "yellow",
    "green",
    "grey",
    "unreported",
    "with_pace",
    "on_pace",
    "was_red",
)


class StaleScope(models.Model):
    """A cell whose pledges changed. Written in the transaction of the change, removed by the recount that saw it."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")


class RollupQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> RollupQuerySet:
        """The whole programme for who sees the whole programme; for units their own figures and those below."""
        if actor.is_system:
            return self
        if actor.role in WHOLE_PROGRAMME:
            return self.filter(programme__government__in=governments_of(actor))
        if actor.role in OWN_UNIT and actor.unit is not None:
            return self.filter(unit__path__startswith=actor.unit.path)
        return self.none()


class Rollup(models.Model):
    """The figures of one scope of one programme (domain: Roll-up). Every figure counts top-level pledges once.

    ``UNIT`` is the cell: what the unit itself leads. ``BELOW`` is the unit and all under it, ``PROGRAMME`` the whole;
    both are sums of cells. ``unit`` is null for the programme. ``in_force`` = ``open_count`` + the three outcomes;
    ``open_count`` = ``claimed`` + the four lights.
    """

    class Scope(models.TextChoices):
        UNIT = "unit", _("本单位")
        BELOW = "below", _("本单位及下属")
        PROGRAMME = "programme", _("全部")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="rollups")
    scope = models.CharField(max_length=10, choices=Scope)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="rollups")
    in_force = models.PositiveIntegerField(_("在账"), default=0)
    open_count = models.PositiveIntegerField(_("在办"), default=0)
    claimed = models.PositiveIntegerField(_("待核验"), default=0)
    met = models.PositiveIntegerField(_("完成"), default=0)
    met_with_change = models.PositiveIntegerField(_("调整后完成"), default=0)
    not_met = models.PositiveIntegerField(_("未完成"), default=0)
    late = models.PositiveIntegerField(_("逾期申请销号"), default=0)
    overdue = models.PositiveIntegerField(_("逾期"), default=0)
    red = models.PositiveIntegerField(_("红灯"), default=0)
    yellow = models.PositiveIntegerField(_("黄灯"), default=0)
    green = models.PositiveIntegerField(_("绿灯"), default=0)
    grey = models.PositiveIntegerField(_("灰灯"), default=0)
    unreported = models.PositiveIntegerField(_("未报送"), default=0)
    with_pace = models.PositiveIntegerField(_("有序时计划且已报"), default=0)
    on_pace = models.PositiveIntegerField(_("达序时"), default=0)
    was_red = models.PositiveIntegerField(_("曾亮红灯"), default=0)

    objects = RollupQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "scope", "unit__position", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "scope", "unit"], name="rollup_once_for_unit"),
            models.UniqueConstraint(
                fields=["programme"], condition=Q(scope="programme"), name="rollup_once_for_programme"
            ),
            models.CheckConstraint(
                condition=Q(scope="programme", unit__isnull=True) | (~Q(scope="programme") & Q(unit__isnull=False)),
                name="rollup_scope_has_its_unit",
            ),
        ]
