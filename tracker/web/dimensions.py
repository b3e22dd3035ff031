"""部门 by section, leader and tag: the tabs, and the figures as lines. What is counted is `tracker.rollups`' own."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledges.actors import Actor
from pledges.models import Programme
from tracker import rollups, words
from tracker.models import Rollup
from tracker.web import rollup_cells

Scope = Rollup.Scope
LABELS: dict[str, Any] = {
    Scope.SECTION.value: gettext_lazy("来源章节"),
    Scope.LEADER.value: gettext_lazy("牵头领导"),
    Scope.TAG.value: gettext_lazy("标签"),
}
TABS: tuple[tuple[str, Any], ...] = (
    ("", gettext_lazy("按单位")),
    (Scope.SECTION.value, gettext_lazy("按章节")),
    (Scope.LEADER.value, gettext_lazy("按领导")),
    (Scope.TAG.value, gettext_lazy("按标签")),
)


def tabs(here: str) -> list[dict[str, Any]]:
    address = reverse("web:units")
    return [
        {"label": label, "url": f"{address}?by={by}" if by else address, "is_here": by == here} for by, label in TABS
    ]


def lines(by: str, programme: Programme, actor: Actor) -> list[rollup_cells.Line]:
    """One line a section, leader or tag with something in force. A unit's people see their own unit's."""
    return [rollup_cells.Line.of(_name(rollup), rollup) for rollup in rollups.by(by, programme, actor)]


def _name(rollup: Rollup) -> str:
    if rollup.scope == Scope.LEADER:
        return words.leader(rollup.leader) if rollup.leader else _("未明确牵头领导")
    if rollup.scope == Scope.TAG:
        return rollup.tag
    return rollup.section or _("未注明章节")
