"""节点模板: the usual stages of a decision and of an investment project, and when they would be due. Pure."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges.working_days import Calendar, add_workdays, is_working, workdays


@dataclass(frozen=True)
class Template:
    """``stages`` are facts in the language of the documents; only the label is for the screen."""

    label: Any
    stages: tuple[str, ...]


TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        "decision": Template(_("重大决策(4 个节点)"), ("起草", "征求意见", "审议", "印发")),
        "project": Template(
            _("投资项目(11 个节点)"),
            (
                "立项", "用地", "规划", "环评", "招标", "开工", "基础施工", "主体施工", "设备安装", "竣工", "投产",
            ),
        ),
    }
)  # fmt: skip


def spread(count: int, *, start: datetime.date, due: datetime.date, calendar: Calendar) -> list[datetime.date]:
    """Planned days for ``count`` stages, evenly over the working days from ``start`` to ``due``: none before another
    that comes later, each but the last on a working day where the span has one, the last on the due date itself."""
    first = start if is_working(start, calendar) else add_workdays(start, 1, calendar)
    span = max(workdays(first, due, calendar), 0)
    days = [add_workdays(first, span * position // count, calendar) for position in range(1, count)]
    return [*(min(day, due) for day in days), due]
