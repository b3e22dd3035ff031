"""Who may do what, as predicates that return None or the reason for the refusal.

A predicate looks at the actor and the pledge, never at the state: whether the moment is right is the table's matter.
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges.actors import Actor
from pledges.models import Pledge, Role, Unit

Reason = Any  # a lazy sentence
Predicate = Callable[[Actor, Pledge], Reason | None]


def is_system(actor: Actor, pledge: Pledge) -> Reason | None:
    return None if actor.is_system else _("这一步由程序按日历自动完成。")


def is_director(actor: Actor, pledge: Pledge) -> Reason | None:
    return None if actor.has_role(Role.DIRECTOR) else _("只有督查室主任可以这样做。")


def is_supervisor(actor: Actor, pledge: Pledge) -> Reason | None:
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
