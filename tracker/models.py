"""What is counted for people: roll-ups, and the scopes that wait to be counted again."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from pledges.actors import Actor
from pledges.models import Period, Post, Programme, Unit, User
from pledges.querysets import OWN_UNIT, WHOLE_PROGRAMME, own_government
from workflow.models import Erasure

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
    "reported",
    "on_time",
    "extended",
)


class StaleScope(models.Model):
    """A cell whose pledges changed. Written in the transaction of the change, removed by the recount that saw it.

    ``section`` null means every cell of the unit; ``leader`` 0 means that no leader was named.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    section = models.CharField(max_length=200, null=True)  # noqa: DJ001  "" is a section of its own
    leader = models.BigIntegerField(default=0)
    tags = models.JSONField(default=list)


class RollupQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> RollupQuerySet:
        """The whole programme for who sees the whole programme; for units their own figures and those below."""
        if actor.is_system:
            return self.exclude(scope="cell")
        return self._seen_by(actor).exclude(scope="cell")

    def _seen_by(self, actor: Actor) -> RollupQuerySet:
        if actor.role in WHOLE_PROGRAMME:
            return self.filter(programme__government__in=own_government(actor))
        if actor.role in OWN_UNIT and actor.unit is not None:
            return self.filter(unit__path__startswith=actor.unit.path)
        return self.none()


class Rollup(models.Model):
    """The figures of one scope of one programme (domain: Roll-up). Every figure counts top-level pledges once.

    ``CELL`` is what one unit leads in one section under one leader; it is counted from the pledges, and is not for
    readers. All else are sums of cells: ``UNIT`` of a unit's, ``BELOW`` of a unit and all under it, ``PROGRAMME`` of
    all, ``SECTION`` and ``LEADER`` of one section and one leader, within one unit or, where ``unit`` is null, of the
    programme. ``TAG`` is counted from the pledges within a unit and summed over the units; a pledge is counted under
    each of its tags. ``in_force`` = ``open_count`` + the three outcomes; ``open_count`` = ``claimed`` + the lights.
    """

    class Scope(models.TextChoices):
        CELL = "cell", _("单元")
        UNIT = "unit", _("本单位")
        BELOW = "below", _("本单位及下属")
        PROGRAMME = "programme", _("全部")
        SECTION = "section", _("章节")
        LEADER = "leader", _("领导")
        TAG = "tag", _("标签")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="rollups", db_index=False)
    scope = models.CharField(max_length=10, choices=Scope)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="rollups")
    section = models.CharField(_("来源章节"), max_length=200, blank=True)
    leader = models.ForeignKey(
        Post, verbose_name=_("牵头领导"), null=True, on_delete=models.CASCADE, related_name="rollups", db_index=False
    )
    tag = models.CharField(_("标签"), max_length=200, blank=True)
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
    reported = models.PositiveIntegerField(_("已填报"), default=0)
    on_time = models.PositiveIntegerField(_("按时填报"), default=0)
    extended = models.PositiveIntegerField(_("延期"), default=0)

    objects = RollupQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "scope", "unit__position", "unit"]
        constraints = [
            models.UniqueConstraint(
                F("programme"),
                F("scope"),
                Coalesce(F("unit"), 0),
                F("section"),
                Coalesce(F("leader"), 0),
                F("tag"),
                name="rollup_once",
            ),
            models.CheckConstraint(
                condition=Q(scope="programme", unit__isnull=True)
                | Q(scope__in=("cell", "unit", "below"), unit__isnull=False)
                | Q(scope__in=("section", "leader", "tag")),
                name="rollup_scope_has_its_unit",
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "scope", "section"], name="rollups_of_section"),
            models.Index(fields=["programme", "scope", "leader"], name="rollups_of_leader"),
            models.Index(fields=["programme", "scope", "tag"], name="rollups_of_tag"),
        ]


class Snapshot(models.Model):
    """A closed period's figures as they were printed: canonical JSON and its digest. The database refuses changes.

    A reopened period that is closed again gets the next version; the earlier one stays. Only an erasure puts another
    text and digest in the place of the old ones; its `ErasedSnapshot` leads from one to the other.
    """

    period = models.ForeignKey(Period, verbose_name=_("期"), on_delete=models.PROTECT, related_name="snapshots")
    version = models.PositiveIntegerField(_("版本"))
    text = models.TextField(_("内容"))
    digest = models.CharField(_("摘要"), max_length=64)
    taken_at = models.DateTimeField(_("结账时间"))
    taken_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["period", "version"]
        constraints = [models.UniqueConstraint(fields=["period", "version"], name="snapshot_version_once")]

    @property
    def erased_places(self) -> int:
        """In how many places an erasure took words out."""
        return len({place for erased in self.erasures.all() for place in erased.places})


class ErasedSnapshot(models.Model):
    """What an erasure took out of a snapshot: the digest before and after, and where words became 已清除.

    While this row stands and two people have decided the erasure, the database lets that one text take the other's
    place. ``places`` are JSON pointers such as ``/pledges/3/title``.
    """

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="snapshots")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="erasures")
    before = models.CharField(_("清除前的摘要"), max_length=64)
    before_size = models.PositiveIntegerField(_("清除前的字节数"))
    after = models.CharField(_("清除后的摘要"), max_length=64)
    places = models.JSONField(_("清除之处"))

    class Meta:
        ordering = ["snapshot", "pk"]
        constraints = [models.UniqueConstraint(fields=["erasure", "snapshot"], name="snapshot_erased_once_by_one")]
