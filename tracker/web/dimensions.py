"""部门 by section, leader and tag: the tabs, and the figures as lines. What is counted is `tracker.rollups`' own."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledges.actors import Actor
from pledges.models import Programme
from pledges.querysets import OWN_UNIT
from tracker import rollups
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
    own = actor.unit if actor.role in OWN_UNIT else None
    found = []
    for rollup in rollups.by(by, programme, actor):
        label, asked = _named(rollup)
        more = asked | ({"unit": str(own.pk)} if own else {})
        # The ledger's unit filter takes those below along, so a unit's own figures lead nowhere.
        found.append(rollup_cells.Line.of(label, rollup, more=more, has_below=own is not None or not asked))
    return found


def _named(rollup: Rollup) -> tuple[str, dict[str, str]]:
    """What it is called, and what the ledger is asked for; nothing where it cannot show just these."""
    if rollup.scope == Scope.LEADER:
        if rollup.leader is None:
            return _("未明确牵头领导"), {}
        holder = rollup.leader.holder
        return f"{rollup.leader.title} {holder.name}" if holder else str(rollup.leader), {}
    if rollup.scope == Scope.TAG:
        return rollup.tag, {"tag": rollup.tag}
    return (rollup.section, {"section": rollup.section}) if rollup.section else (_("未注明章节"), {})
