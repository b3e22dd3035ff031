"""The one sentence beside a light, with its numbers, in the reader's language."""

import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pledges.completion import Light, Reason
from pledges.models import Pledge

LIGHTS = {
    Light.RED: gettext_lazy("红灯"),
    Light.YELLOW: gettext_lazy("黄灯"),
    Light.GREEN: gettext_lazy("绿灯"),
    Light.GREY: gettext_lazy("灰灯"),
}
REASONS = {
    Reason.NOT_DUE: gettext_lazy("未到期"),
    Reason.OVERDUE: gettext_lazy("逾期"),
    Reason.UNREPORTED: gettext_lazy("未报送"),
    Reason.AWAITING_FIGURE: gettext_lazy("待发布"),
    Reason.FAR_BEHIND: gettext_lazy("严重滞后"),
    Reason.OCCURRED: gettext_lazy("严重滞后"),
    Reason.BEHIND: gettext_lazy("滞后"),
    Reason.NOTHING_DONE: gettext_lazy("滞后"),
    Reason.SHORT: gettext_lazy("滞后"),
    Reason.MILESTONE_LATE: gettext_lazy("滞后"),
    Reason.JUDGED_BEHIND: gettext_lazy("滞后"),
    Reason.UNSIGNED: gettext_lazy("滞后"),
    Reason.ON_TRACK: gettext_lazy("正常"),
}
PACES = {
    "ahead": gettext_lazy("超序时"),
    "on": gettext_lazy("达序时"),
    "behind": gettext_lazy("未达序时"),
}


def percent(basis_points: int | None) -> str:
    """3380 as 33.8%, 10000 as 100%; one decimal, half up; empty for None."""
    if basis_points is None:
        return ""
    tenths = (abs(basis_points) + 5) // 10
    sign = "-" if basis_points < 0 and tenths else ""
    return f"{sign}{tenths // 10}.{tenths % 10}%" if tenths % 10 else f"{sign}{tenths // 10}%"


def points(basis_points: int) -> str:
    """A gap in percentage points, without the sign: 3697 as 37, 3650 as 36.5."""
    return percent(abs(basis_points)).rstrip("%")


def light_words(pledge: Pledge) -> str:
    """红灯 严重滞后: the light's word and its reason, or 黄灯(规则判定:红灯) where it was decided otherwise; empty for
    claimed and closed pledges, which are states."""
    if not pledge.light:
        return ""
    if pledge.is_light_decided:
        return decided_words(pledge.decided_light, pledge.light)
    return _("%(light)s %(reason)s") % {
        "light": LIGHTS[Light(pledge.light)],
        "reason": REASONS[Reason(pledge.light_reason)],
    }


def decided_words(decided: str, of_rules: str) -> str:
    """黄灯(规则判定:红灯)."""
    return _("%(light)s(规则判定:%(rules)s)") % {"light": LIGHTS[Light(decided)], "rules": LIGHTS[Light(of_rules)]}


def of(pledge: Pledge, *, today: datetime.date) -> str:
    """Why the light is what it is: plan, fact and gap, ending in the light; then what was decided instead."""
    if not pledge.light:
        return ""
    why = _why(pledge, today)
    light = str(LIGHTS[Light(pledge.light)])
    told = f"{why} → {light}" if why else light
    if not pledge.is_light_decided:
        return told
    return _("%(told)s;督查室主任决定本期按%(light)s计") % {"told": told, "light": LIGHTS[Light(pledge.decided_light)]}


def _why(pledge: Pledge, today: datetime.date) -> str:
    reason = Reason(pledge.light_reason)
    if reason == Reason.OVERDUE and pledge.due_date:
        days = (today - pledge.due_date).days
        return ngettext("完成时限 %(due)s,已逾期 %(days)d 天", "完成时限 %(due)s,已逾期 %(days)d 天", days) % {
            "due": pledge.due_date.isoformat(),
            "days": days,
        }
    if reason == Reason.UNREPORTED:
        return ngettext("连续 %(missed)d 期未报送", "连续 %(missed)d 期未报送", pledge.missed) % {
            "missed": pledge.missed
        }
    if reason == Reason.AWAITING_FIGURE:
        return str(PLAIN[reason])  # not the numbers of the figure before it
    is_bad = pledge.light in (Light.RED, Light.YELLOW)
    if pledge.plan_bp is not None and pledge.progress_bp is not None:
        if is_bad and pledge.progress_bp >= pledge.plan_bp:
            return str(PLAIN[reason])  # a late stage, say, beside a target ahead of its plan
        return _against_plan(pledge.plan_bp, pledge.progress_bp)
    return str(PLAIN[reason])


def _against_plan(plan: int, progress: int) -> str:
    numbers = {"plan": percent(plan), "progress": percent(progress), "gap": points(plan - progress)}
    if plan > progress:
        return _("计划 %(plan)s,实际 %(progress)s,落后 %(gap)s 个百分点") % numbers
    if plan < progress:
        return _("计划 %(plan)s,实际 %(progress)s,超前 %(gap)s 个百分点") % numbers
    return _("计划 %(plan)s,实际 %(progress)s,与计划一致") % numbers


PLAIN = {
    Reason.NOT_DUE: gettext_lazy("尚未到期或尚在签收期内"),
    Reason.OVERDUE: gettext_lazy("已过完成时限"),
    Reason.UNREPORTED: gettext_lazy("未报送"),
    Reason.AWAITING_FIGURE: gettext_lazy("指标数据尚未发布"),
    Reason.FAR_BEHIND: gettext_lazy("严重落后于计划"),
    Reason.OCCURRED: gettext_lazy("零容忍事项已发生"),
    Reason.BEHIND: gettext_lazy("落后于计划"),
    Reason.NOTHING_DONE: gettext_lazy("有计划而未开展"),
    Reason.SHORT: gettext_lazy("最新数据未达到目标值"),
    Reason.MILESTONE_LATE: gettext_lazy("节点已过计划日期"),
    Reason.JUDGED_BEHIND: gettext_lazy("督查室评定为滞后"),
    Reason.UNSIGNED: gettext_lazy("交办满五个工作日仍未签收"),
    Reason.ON_TRACK: gettext_lazy("按计划推进"),
}
