"""Words for what the tables hold as functions. A new function without words fails the test of the page."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.utils import translation

from workflow import assignees, permissions, request_posts
from workflow.models import Request

WHO: dict[Callable[..., Any], str] = {
    permissions.is_director: "督查室主任 director",
    permissions.is_supervisor: "督查专员或主任 supervisor or director",
    permissions.is_lead_coordinator: (
        "牵头单位联络员(没有联络员时为负责人) lead unit's coordinator (its head where there is none)"
    ),
    permissions.is_lead_unit: "牵头单位联络员或负责人 lead unit's coordinator or head",
    permissions.is_lead_head: (
        "牵头单位负责人(没有负责人时为联络员) lead unit's head (its coordinator where there is none)"
    ),
    permissions.is_report_checker: (
        "督查专员或主任;分解任务为分解单位 supervisor or director; of a share, the unit that allocated it"
    ),
    permissions.may_allocate: (
        "牵头单位联络员或负责人,督查专员或主任 lead unit's coordinator or head, supervisor or director"
    ),
    permissions.may_return_report: "审核的人或牵头单位负责人 who checks the report, or the lead unit's head",
    permissions.is_second_person: "不是拟稿人 not whoever drafted it",
    permissions.by_granted_request: "由批准的申请带来 only a granted request",
    permissions.is_outside_claiming_unit: "不属于申请销号的单位 nobody of the claiming unit",
    permissions.is_system: "程序 the system",
    request_posts.is_lead_unit_or_supporting_head: (
        "牵头单位,或配合单位负责人 lead unit, or the head of a supporting one"
    ),
    request_posts.is_lead_head_or_supervisor: "牵头单位负责人或督查室 lead unit's head, or the supervision office",
    request_posts.is_lead_head_or_director: "牵头单位负责人或督查室主任 lead unit's head, or the director",
}
WHOSE: dict[Callable[..., Any], str] = {
    assignees.director: "督查室主任 director",
    assignees.supervisor: "对口督查专员 the unit's supervisor",
    assignees.coordinator: "牵头单位联络员 lead unit's coordinator",
    assignees.head: "牵头单位负责人 lead unit's head",
    assignees.report_checker: "对口督查专员或分解单位 the unit's supervisor, or who allocated the share",
    assignees.leader: "分管市领导 the portfolio's leader",
    assignees.chief: "市长 the chief leader",
}
LEADER_THEN_CHIEF = "分管市领导 portfolio's leader (5) → 市长 chief (5)"
# The ladders depend on what is asked; days are working days unless said otherwise.
LADDERS: dict[str, str] = {
    Request.Kind.EXTENSION: f"年内 within the year: {LEADER_THEN_CHIEF}; 跨年 past its end: 市长 chief (5)",
    Request.Kind.REASSIGNMENT: (
        "会商 proposed unit's head (3) → 督查室协调 director (3) → 决定 portfolio's leader (4) → 市长 chief (4)"
    ),
    Request.Kind.TARGET_CHANGE: f"调低 lower: 市长 chief (5); 其他 otherwise: {LEADER_THEN_CHIEF}",
    Request.Kind.COORDINATION: f"分解任务先由分解单位 of a share, first who allocated it (5) → {LEADER_THEN_CHIEF}",
    Request.Kind.PERSON_CHANGE: LEADER_THEN_CHIEF,
    Request.Kind.SUSPENSION: LEADER_THEN_CHIEF,
    Request.Kind.RESUMPTION: LEADER_THEN_CHIEF,
    Request.Kind.WITHDRAWAL: "市长 chief (5)",
    Request.Kind.CONCLUSION_REVIEW: (
        "督查室主任 director (30 天 days) → 分管市领导 leader (5) → 市长 chief (5); "
        "结论的作出者回避 its authors stand aside"
    ),
}
DOCUMENT: dict[str, str] = {
    Request.Kind.EXTENSION: "跨年时 past the year's end",
    Request.Kind.TARGET_CHANGE: "调低时 when lower",
    Request.Kind.SUSPENSION: "是 yes",
    Request.Kind.WITHDRAWAL: "是 yes",
}


class Probe:
    """Stands in for the context, so that a due date tells its rule instead of a day."""

    pledge = SimpleNamespace(suspended_until="暂缓截止日 the day the suspension ends")

    def in_workdays(self, days: int) -> str:
        return f"{days} 个工作日 working days"

    def period_due(self) -> SimpleNamespace:
        return SimpleNamespace(closes_date="填报截止日 the window's last day")


def both(label: Any) -> str:
    """A word of the interface in Chinese and in English."""
    with translation.override("zh-hans"):
        chinese = str(label)
    with translation.override("en"):
        english = str(label)
    return chinese if chinese == english else f"{chinese} {english}"
