"""Who may do what, as predicates that return None or the reason for the refusal.

A predicate looks at the actor and the pledge, never at the state: whether the moment is right is the table's matter.
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges.actors import Actor
from pledges.models import Pledge, Post, Role, Unit
from workflow.models import Proposal

Reason = Any  # a lazy sentence
Predicate = Callable[[Actor, Pledge], Reason | None]


def is_system(actor: Actor, pledge: Pledge) -> Reason | None:
    return None if actor.is_system else _("这一步由程序按日历自动完成。")


def is_director(actor: Actor, subject: object = None) -> Reason | None:
    """Whatever it is about: a pledge, a programme."""
    return None if actor.has_role(Role.DIRECTOR) else _("只有督查室主任可以这样做。")


def is_supervisor(actor: Actor, subject: object = None) -> Reason | None:
    return None if actor.has_role(Role.SUPERVISOR, Role.DIRECTOR) else _("只有督查室可以这样做。")


def is_lead_coordinator(actor: Actor, pledge: Pledge) -> Reason | None:
    """The lead unit's coordinator; its head where there is none, since the task goes to the head then."""
    if not actor.has_role(Role.COORDINATOR) and not (
        actor.has_role(Role.HEAD) and actor.unit is not None and _has_no_coordinator(actor.unit)
    ):
        return _("只有牵头单位的联络员可以这样做。")
    return _of_lead_unit(actor, pledge)


def _has_no_coordinator(unit: Unit) -> bool:
    return not unit.posts.filter(role=Role.COORDINATOR, is_active=True).exists()


def has_head(unit: Unit) -> bool:
    return unit.posts.filter(role=Role.HEAD, is_active=True).exists()


def is_lead_head(actor: Actor, pledge: Pledge) -> Reason | None:
    """The lead unit's head; its coordinator where there is none, since the task goes to the coordinator then."""
    if not actor.has_role(Role.HEAD) and not (
        actor.has_role(Role.COORDINATOR) and actor.unit is not None and not has_head(actor.unit)
    ):
        return _("只有牵头单位的负责人可以这样做。")
    return _of_lead_unit(actor, pledge)


def is_report_checker(actor: Actor, pledge: Pledge) -> Reason | None:
    """The supervision office; for an allocated share also the unit that allocated it."""
    if is_supervisor(actor, pledge) is None or _is_of_allocating_unit(actor, pledge):
        return None
    return _("只有督查室可以这样做。") if pledge.parent_id is None else _("只有督查室或分解任务的单位可以这样做。")


def may_allocate(actor: Actor, pledge: Pledge) -> Reason | None:
    """Coordinator or head of the lead unit, and the supervision office."""
    if is_supervisor(actor, pledge) is None or is_lead_unit(actor, pledge) is None:
        return None
    return _("只有牵头单位或督查室可以分解任务。")


def may_return_report(actor: Actor, pledge: Pledge) -> Reason | None:
    """Who checks a report, and the head who has it to approve."""
    if is_report_checker(actor, pledge) is None or is_lead_head(actor, pledge) is None:
        return None
    return _("只有督查室或牵头单位负责人可以退回。")


def _is_of_allocating_unit(actor: Actor, pledge: Pledge) -> bool:
    parent = pledge.parent
    own = actor.has_role(Role.COORDINATOR, Role.HEAD) and actor.unit is not None
    return bool(own and actor.unit and parent is not None and parent.lead_unit_id == actor.unit.pk)


def is_lead_unit(actor: Actor, pledge: Pledge) -> Reason | None:
    """Coordinator or head of the unit that leads."""
    if not actor.has_role(Role.COORDINATOR, Role.HEAD):
        return _("只有牵头单位的联络员或负责人可以这样做。")
    return _of_lead_unit(actor, pledge)


def is_outside_claiming_unit(actor: Actor, pledge: Pledge) -> Reason | None:
    """Separation of duties: never someone of the claiming unit, whatever post they act from or stand in for."""
    posts = [post for post in (actor.post, actor.acting_for) if post is not None]
    is_of_unit = any(post.unit_id == pledge.lead_unit_id for post in posts)
    if is_of_unit or (actor.user and actor.user.posts.filter(unit=pledge.lead_unit_id, is_active=True).exists()):
        return _("申请销号的单位不能核验本单位的事项。")
    return None


def is_second_person(actor: Actor, pledge: Pledge) -> Reason | None:
    """Whoever drafted the verification does not decide it."""
    drafted = Proposal.objects.filter(
        pledge=pledge, act=Proposal.Act.VERIFY, closed_at__isnull=True, by=actor.user, by__isnull=False
    )
    return _("核验由两人办理,拟稿人不能自己审定。") if drafted.exists() else None


def by_granted_request(actor: Actor, pledge: Pledge) -> Reason | None:
    """Refuses everybody: the request that is granted carries the act out itself."""
    return _("这一步须经申请批准,请先提出申请。")


def may_propose_sheets(actor: Actor) -> Reason | None:
    return None if actor.has_role(Role.SUPERVISOR, Role.DIRECTOR) else _("只有督查室可以拟发督办单。")


def may_issue_sheets(actor: Actor) -> Reason | None:
    return None if actor.has_role(Role.DIRECTOR) else _("督办单只由督查室主任签发。")


def may_answer_sheet(actor: Actor, unit: Unit) -> Reason | None:
    """Coordinator or head of the unit that the sheet was issued to."""
    if actor.has_role(Role.COORDINATOR, Role.HEAD) and actor.unit is not None and actor.unit.pk == unit.pk:
        return None
    return _("督办单由收到它的单位回复。")


def may_judge_sheets(actor: Actor) -> Reason | None:
    return None if actor.has_role(Role.SUPERVISOR, Role.DIRECTOR) else _("督办回复由督查室认定。")


def may_instruct(actor: Actor) -> Reason | None:
    """A leader, or who does a leader's duties as a deputy and so records the leader's words (代录)."""
    return None if actor.has_role(Role.LEADER) else _("只有市领导可以批示。")


def may_answer_instruction(actor: Actor, post: Post) -> Reason | None:
    """Who was asked to act; of a unit its coordinator and its head alike."""
    own = actor.duty is not None and actor.duty.pk == post.pk
    of_unit = actor.has_role(Role.COORDINATOR, Role.HEAD) and actor.unit is not None and actor.unit.pk == post.unit_id
    return None if own or of_unit else _("批示由承办的岗位办理。")


def may_keep_indicators(actor: Actor) -> Reason | None:
    """Set indicators up, plan their release days, enter and revise their figures."""
    return None if actor.has_role(Role.STATISTICIAN) else _("统计指标和数据只由统计数据员录入。")


def may_import(actor: Actor) -> Reason | None:
    """Import documents and decide about measures."""
    return None if actor.has_role(Role.SUPERVISOR, Role.DIRECTOR) else _("只有督查室可以导入文件和核定条目。")


def _of_lead_unit(actor: Actor, pledge: Pledge) -> Reason | None:
    if actor.unit is None or actor.unit.pk != pledge.lead_unit_id:
        return _("这一事项由其他单位牵头,您可以查看,不能代为办理。")
    return None


def first_refusal(predicates: tuple[Predicate, ...], actor: Actor, pledge: Pledge) -> Reason | None:
    """The reason of the first predicate that refuses; all must agree."""
    for predicate in predicates:
        reason = predicate(actor, pledge)
        if reason is not None:
            return reason
    return None
